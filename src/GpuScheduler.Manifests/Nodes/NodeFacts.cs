using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>What a node says from which its devices are read.</summary>
internal sealed record NodeFacts(
    string Name,
    ManifestObject Object,
    ImmutableSortedDictionary<string, string> Labels,
    ImmutableSortedDictionary<string, string> Annotations,
    ResourceList Allocatable,
    ResourceList Capacity)
{
    public string Label(string key) => Labels.GetValueOrDefault(key, "");

    /// <summary>Where <paramref name="key"/> stands under <c>metadata.labels</c> or <c>metadata.annotations</c>.</summary>
    public DocumentNode Place(string map, string key) =>
        Object.Metadata?.Map(map)?.Node[key] ?? Object.Reader.Node;

    /// <summary>Where a resource stands under <c>status.allocatable</c> or <c>status.capacity</c>.</summary>
    public DocumentNode Place(string resource) =>
        Object.Reader.Map("status")?.Map("allocatable")?.Node[resource]
        ?? Object.Reader.Map("status")?.Map("capacity")?.Node[resource] ?? Object.Reader.Node;
}
