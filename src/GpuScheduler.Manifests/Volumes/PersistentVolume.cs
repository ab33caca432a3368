using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>A PersistentVolume, as far as it matters where and for whom it is.</summary>
public sealed record PersistentVolume : IVolumeObject
{
    public string Namespace => "";

    public required string Name { get; init; }

    public string Uid { get; init; } = "";

    public string ResourceVersion { get; init; } = "";

    public bool IsDeleting { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = LabelSet.Empty;

    /// <summary>Its class; empty: none.</summary>
    public string StorageClass { get; init; } = "";

    /// <summary>Bytes.</summary>
    public long Capacity { get; init; }

    public ImmutableArray<string> AccessModes { get; init; } = [];

    /// <summary><c>Filesystem</c> or <c>Block</c>.</summary>
    public string VolumeMode { get; init; } = "Filesystem";

    /// <summary><c>volumeAttributesClassName</c>; empty: none.</summary>
    public string AttributesClass { get; init; } = "";

    /// <summary>The claim that it is for; null: any that it suits.</summary>
    public VolumeClaimRef? Claim { get; init; }

    /// <summary><c>status.phase</c>.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Where it can be reached: terms of which one must hold; null: anywhere.</summary>
    public ImmutableArray<NodeSelectorTerm>? Nodes { get; init; }

    /// <summary>True where a pod on this node can use it.</summary>
    public bool IsReachableFrom(Node node) => Nodes is not { } terms || terms.Any(t => NodeSelectors.Matches(t, node));

    public override string ToString() => $"PersistentVolume {Name}";
}
