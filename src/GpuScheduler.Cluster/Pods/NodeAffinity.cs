using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>
/// Node affinity (core/v1). <see cref="Required"/> null: nothing is required; empty: nothing matches.
/// </summary>
public sealed record NodeAffinity
{
    /// <summary>Terms of which one must match.</summary>
    public ImmutableArray<NodeSelectorTerm>? Required { get; init; }

    public ImmutableArray<PreferredSchedulingTerm> Preferred { get; init; } = [];
}
