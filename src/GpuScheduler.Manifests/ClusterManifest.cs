using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>What manifests or a dump say of a cluster.</summary>
public sealed record ClusterManifest
{
    public ImmutableArray<Node> Nodes { get; init; } = [];

    /// <summary>Pods as written, and those that workloads make, in the order of the input.</summary>
    public ImmutableArray<Pod> Pods { get; init; } = [];

    public ImmutableArray<DisruptionBudget> Budgets { get; init; } = [];

    /// <summary>What objects state of gangs, in the order of the input; those with problems among them. Gangs that only pods state are with these.</summary>
    public ImmutableArray<GangObject> Gangs { get; init; } = [];

    /// <summary>Levels and domains that objects state.</summary>
    public TopologyObjects Topology { get; init; } = TopologyObjects.Empty;

    /// <summary>What was left out or simplified, a sentence each.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}
