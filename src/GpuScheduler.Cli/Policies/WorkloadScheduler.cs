using GpuScheduler.Framework;
using GpuScheduler.Simulation;

namespace GpuScheduler.Cli;

internal static class WorkloadScheduler
{
    /// <summary>The scheduler that a workload's pods name; its reader gives all of them the same.</summary>
    public static string NameOf(Workload workload) =>
        workload.Arrivals.IsEmpty ? ProfileConfiguration.DefaultSchedulerName : workload.Arrivals[0].Pod.Spec.SchedulerName;
}
