using System.Collections.Immutable;
using System.Globalization;

namespace GpuScheduler.Cluster;

/// <summary>
/// Whether one node matches a selector: the rules of Kubernetes' <c>nodeaffinity</c> helpers, said as plainly as they can be.
/// Keys and values are taken as given: the API server has checked their spelling.
/// </summary>
public static class NodeSelectors
{
    private const string NameField = "metadata.name";

    /// <summary>
    /// True where all requirements of <paramref name="term"/> hold. A term without any, or with one that is
    /// malformed (the wrong number of values, a bound that is no integer), matches nothing.
    /// </summary>
    public static bool Matches(NodeSelectorTerm term, Node node) =>
        !term.IsEmpty
        && term.MatchExpressions.All(r => MatchesLabels(r, node.Labels))
        && term.MatchFields.All(r => MatchesField(r, node));

    /// <summary>True where the node has every label of <c>spec.nodeSelector</c>.</summary>
    public static bool MatchesSelector(ImmutableSortedDictionary<string, string> nodeSelector, Node node) =>
        nodeSelector.All(pair => node.Labels.TryGetValue(pair.Key, out string? value) && value == pair.Value);

    private static bool MatchesLabels(NodeSelectorRequirement requirement, ImmutableSortedDictionary<string, string> labels)
    {
        bool present = labels.TryGetValue(requirement.Key, out string? value);
        ImmutableArray<string> values = requirement.Values.IsDefault ? [] : requirement.Values;
        return requirement.Operator switch
        {
            NodeSelectorOperator.In => present && values.Contains(value!),
            NodeSelectorOperator.NotIn => values.Length > 0 && (!present || !values.Contains(value!)),
            NodeSelectorOperator.Exists => values.IsEmpty && present,
            NodeSelectorOperator.DoesNotExist => values.IsEmpty && !present,
            NodeSelectorOperator.Gt => TryBound(values, out long bound) && TryInteger(value, out long number) && number > bound,
            NodeSelectorOperator.Lt => TryBound(values, out long bound) && TryInteger(value, out long number) && number < bound,
            _ => false,
        };
    }

    /// <summary>Fields know In and NotIn with exactly one value; a field that does not exist reads as empty.</summary>
    private static bool MatchesField(NodeSelectorRequirement requirement, Node node)
    {
        if (requirement.Values is not { IsDefault: false, Length: 1 })
        {
            return false;
        }

        string value = requirement.Key == NameField ? node.Name : "";
        return requirement.Operator switch
        {
            NodeSelectorOperator.In => value == requirement.Values[0],
            NodeSelectorOperator.NotIn => value != requirement.Values[0],
            _ => false,
        };
    }

    private static bool TryBound(ImmutableArray<string> values, out long bound)
    {
        bound = 0;
        return values.Length == 1 && TryInteger(values[0], out bound);
    }

    private static bool TryInteger(string? text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
