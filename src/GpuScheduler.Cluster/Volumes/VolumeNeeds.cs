using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>
/// What follows from a pod's claims, and from the volumes that there are, for the nodes that it may run on. Pods with equal needs are of one class; when claims or volumes
/// change, a pod's needs are others.
/// </summary>
public sealed record VolumeNeeds
{
    /// <summary>Why no node will do, in kube-scheduler's words; empty: nothing is wrong.</summary>
    public string Problem { get; init; } = "";

    /// <summary>A claim that one pod alone may use (ReadWriteOncePod) is used by another.</summary>
    public bool IsInUse { get; init; }

    /// <summary>A claim is bound to a volume that is not there.</summary>
    public bool LacksVolume { get; init; }

    /// <summary>For each volume of a bound claim that says so: where it can be reached, terms of which one must hold.</summary>
    public ImmutableArray<ImmutableArray<NodeSelectorTerm>> Reachable { get; init; } = [];

    /// <summary>Zones and regions of the volumes of bound claims.</summary>
    public ImmutableArray<VolumeZone> Zones { get; init; } = [];

    /// <summary>Claims that are bound when the pod has a node, in the order in which they choose.</summary>
    public ImmutableArray<VolumeDemand> Unbound { get; init; } = [];
}
