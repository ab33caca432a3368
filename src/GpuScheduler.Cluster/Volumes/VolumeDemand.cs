using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>A claim that is bound when its pod has a node (<c>WaitForFirstConsumer</c>): to a volume that there is, or else to one that is made for it.</summary>
public sealed record VolumeDemand
{
    /// <summary>The only node: a volume is being made for it there. Empty: any.</summary>
    public string SelectedNode { get; init; } = "";

    /// <summary>Volumes that would do, the smallest first.</summary>
    public ImmutableArray<VolumeCandidate> Candidates { get; init; } = [];

    /// <summary>Where a volume can be made: terms of which one must hold; empty: anywhere; null: nowhere.</summary>
    public ImmutableArray<NodeSelectorTerm>? Provisioned { get; init; }
}
