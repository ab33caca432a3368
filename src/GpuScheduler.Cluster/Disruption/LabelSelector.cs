using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>Which objects, by their labels (meta/v1): all of the labels and all of the requirements. Without any it matches everything.</summary>
public sealed record LabelSelector
{
    public ImmutableSortedDictionary<string, string> MatchLabels { get; init; } = LabelSet.Empty;

    public ImmutableArray<LabelSelectorRequirement> MatchExpressions { get; init; } = [];

    public bool Matches(ImmutableSortedDictionary<string, string> labels) =>
        MatchLabels.All(pair => labels.TryGetValue(pair.Key, out string? value) && value == pair.Value)
        && MatchExpressions.All(r => r.Matches(labels));
}
