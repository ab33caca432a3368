using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>One of <c>matchExpressions</c> (meta/v1).</summary>
/// <param name="Key">The label.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Values">With what; empty for Exists and DoesNotExist.</param>
public sealed record LabelSelectorRequirement(string Key, LabelSelectorOperator Operator, ImmutableArray<string> Values)
{
    public bool Matches(ImmutableSortedDictionary<string, string> labels)
    {
        bool present = labels.TryGetValue(Key, out string? value);
        return Operator switch
        {
            LabelSelectorOperator.In => present && Values.Contains(value!, StringComparer.Ordinal),
            LabelSelectorOperator.NotIn => !present || !Values.Contains(value!, StringComparer.Ordinal),
            LabelSelectorOperator.Exists => present,
            _ => !present,
        };
    }
}
