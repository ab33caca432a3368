using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>One comparison of a node selector term (core/v1).</summary>
public sealed record NodeSelectorRequirement(string Key, NodeSelectorOperator Operator, ImmutableArray<string> Values);
