using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Plugins;

namespace GpuScheduler.Optimization;

/// <summary>A typical pod as the programmes see it.</summary>
/// <param name="Probability">Its part of all pods.</param>
/// <param name="CpuMilli">CPU it asks.</param>
/// <param name="Devices">How many devices; 0: none.</param>
/// <param name="Milli">Compute of each.</param>
/// <param name="Models">Models allowed, empty: any.</param>
internal readonly record struct DemandRow(double Probability, long CpuMilli, int Devices, int Milli, ImmutableArray<string> Models)
{
    /// <summary>Compute of all devices together.</summary>
    public int TotalMilli => Devices * Milli;

    public static ImmutableArray<DemandRow> Of(PriceProblem problem)
    {
        List<DemandRow> rows = [];
        foreach (TypicalPod pod in problem.TypicalPods.Pods)
        {
            int milli = 0;
            if (!pod.Devices.IsNone)
            {
                milli = pod.Devices.TryShareOf(problem.DeviceMemoryMiB, out DeviceShare share) ? share.Milli : Device.FullMilli;
            }

            rows.Add(new DemandRow(pod.Probability, pod.CpuMilli, pod.Devices.Count, milli, pod.Devices.Models));
        }

        return [.. rows];
    }
}
