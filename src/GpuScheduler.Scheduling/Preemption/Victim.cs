using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>A pod to be evicted.</summary>
/// <param name="Node">Index of its node.</param>
/// <param name="Placement">The pod there, and the devices that it holds.</param>
/// <param name="IsLeaving">True where it is on its way out already: nobody need evict it, it is only waited for.</param>
public sealed record Victim(int Node, Placement Placement, bool IsLeaving = false)
{
    public Pod Pod => Placement.Pod;
}
