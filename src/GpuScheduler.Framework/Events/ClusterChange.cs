using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>One event: a kind of change, and the object before and after where it is a node or pod.</summary>
public sealed record ClusterChange(ClusterEvent Event)
{
    public Node? OldNode { get; init; }

    public Node? NewNode { get; init; }

    /// <summary>The pod that came, went or changed.</summary>
    public Pod? Pod { get; init; }

    /// <summary>The class of <see cref="Pod"/>.</summary>
    public PodClass? PodClass { get; init; }
}
