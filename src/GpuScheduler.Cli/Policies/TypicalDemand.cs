using GpuScheduler.Cluster;
using GpuScheduler.Plugins;
using GpuScheduler.Simulation;

namespace GpuScheduler.Cli;

/// <summary>What a policy may know of a workload beforehand.</summary>
internal static class TypicalDemand
{
    /// <summary>The typical pods of the population that arrivals are drawn from; of the arrivals themselves where no population is stated.</summary>
    public static TypicalPods Of(Workload workload)
    {
        PodClassTable classes = new(new Vocabulary());
        IEnumerable<PodSpec> population = workload.Population.IsEmpty ? workload.Arrivals.Select(a => a.Pod.Spec) : workload.Population;
        return TypicalPods.Of(population.Select(classes.Intern));
    }
}
