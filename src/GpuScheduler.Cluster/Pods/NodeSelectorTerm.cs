using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>Requirements that must all hold (core/v1); a term without any matches nothing.</summary>
public sealed record NodeSelectorTerm
{
    public ImmutableArray<NodeSelectorRequirement> MatchExpressions { get; init; } = [];

    /// <summary>Only <c>metadata.name</c> is a field.</summary>
    public ImmutableArray<NodeSelectorRequirement> MatchFields { get; init; } = [];

    public bool IsEmpty => MatchExpressions.IsEmpty && MatchFields.IsEmpty;
}
