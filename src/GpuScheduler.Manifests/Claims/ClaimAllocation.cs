using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>What a claim is allocated (<c>status.allocation</c>).</summary>
/// <param name="Devices">The devices.</param>
/// <param name="Nodes">Terms of which a node must match one, to have the devices within reach; null: all nodes have.</param>
public sealed record ClaimAllocation(ImmutableArray<AllocatedDevice> Devices, ImmutableArray<NodeSelectorTerm>? Nodes);
