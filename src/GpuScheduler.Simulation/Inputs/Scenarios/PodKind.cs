using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>Pods alike: one entry of a mix.</summary>
/// <param name="Name">Prefix of their names.</param>
/// <param name="Weight">How often, relative to the others.</param>
/// <param name="Priority">Their priority.</param>
/// <param name="Spec">What each asks for.</param>
/// <param name="Duration">How long they run; null: for ever.</param>
/// <param name="Gang">How they come together; null: one by one.</param>
internal sealed record PodKind(string Name, int Weight, int Priority, PodSpec Spec, DurationDistribution? Duration, GangTemplate? Gang)
{
    /// <summary>Pods that come at once, mean.</summary>
    public double MeanPods => Gang?.MeanSize ?? 1;
}
