using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>Nodes alike.</summary>
internal sealed record NodeGroup
{
    public required int Count { get; init; }

    public required string NamePrefix { get; init; }

    public required ResourceList Allocatable { get; init; }

    public required DeviceShape Shape { get; init; }

    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    public required ImmutableArray<Taint> Taints { get; init; }

    public required ImmutableArray<NodeDomains> Domains { get; init; }
}
