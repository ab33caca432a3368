using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>A pod of a gang.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Class">Its class.</param>
/// <param name="Node">Index of the node that it holds already, bound or on the way; -1: it waits.</param>
public readonly record struct GangMember(Pod Pod, PodClass Class, int Node = -1)
{
    public bool IsPlaced => Node >= 0;
}
