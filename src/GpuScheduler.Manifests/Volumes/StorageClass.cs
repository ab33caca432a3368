using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>A StorageClass.</summary>
public sealed record StorageClass : IVolumeObject
{
    public string Namespace => "";

    public required string Name { get; init; }

    public string Uid { get; init; } = "";

    public string ResourceVersion { get; init; } = "";

    public string Provisioner { get; init; } = "";

    /// <summary>Claims are bound when their pod has a node (<c>volumeBindingMode: WaitForFirstConsumer</c>).</summary>
    public bool WaitsForPod { get; init; }

    /// <summary><c>allowedTopologies</c>: terms of which one must hold where a volume is made; empty: anywhere.</summary>
    public ImmutableArray<NodeSelectorTerm> Topologies { get; init; } = [];

    /// <summary>Volumes are made for claims.</summary>
    public bool Provisions => Provisioner.Length > 0 && Provisioner != VolumeKeys.NoProvisioner;

    public override string ToString() => $"StorageClass {Name}";
}
