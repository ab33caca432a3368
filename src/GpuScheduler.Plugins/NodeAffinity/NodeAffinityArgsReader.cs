using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// Reads <c>NodeAffinityArgs</c>: <c>addedAffinity</c>, a node affinity as pods write it. No API server has looked at it, so it is
/// checked here.
/// </summary>
internal static class NodeAffinityArgsReader
{
    public static NodeAffinity? Read(MapReader args)
    {
        if (args.Map("addedAffinity") is not { } added)
        {
            return null;
        }

        return new NodeAffinity
        {
            Required = added.Map("requiredDuringSchedulingIgnoredDuringExecution") is { } required ? ReadTerms(required) : null,
            Preferred = [.. added.Maps("preferredDuringSchedulingIgnoredDuringExecution").Select(ReadPreferred)],
        };
    }

    private static ImmutableArray<NodeSelectorTerm> ReadTerms(MapReader required)
    {
        if (required.Items("nodeSelectorTerms").IsEmpty)
        {
            required.Error("nodeSelectorTerms", "has no term, so no node would match; add one");
        }

        return [.. required.Maps("nodeSelectorTerms").Select(ReadTerm)];
    }

    private static PreferredSchedulingTerm ReadPreferred(MapReader preferred)
    {
        if (!preferred.Has("weight"))
        {
            preferred.Error("weight", "is required; add one from 1 to 100");
        }

        int weight = preferred.Int("weight", 1, 100, @default: 1);
        if (preferred.Map("preference") is { } term)
        {
            return new PreferredSchedulingTerm(weight, ReadTerm(term));
        }

        preferred.Error("preference", "is required; add matchExpressions or matchFields within");
        return new PreferredSchedulingTerm(weight, new NodeSelectorTerm());
    }

    private static NodeSelectorTerm ReadTerm(MapReader term) => new()
    {
        MatchExpressions = [.. term.Maps("matchExpressions").Select(r => ReadRequirement(r, CheckLabel))],
        MatchFields = [.. term.Maps("matchFields").Select(r => ReadRequirement(r, CheckField))],
    };

    private static NodeSelectorRequirement ReadRequirement(MapReader reader, Action<MapReader, NodeSelectorRequirement> check)
    {
        int before = reader.Errors.Count;
        string key = reader.RequiredString("key"), name = reader.RequiredString("operator");
        NodeSelectorRequirement requirement = new(key, reader.Enum("operator", NodeSelectorOperator.In), reader.Strings("values"));
        if (reader.Errors.Count == before && name.Length > 0)
        {
            check(reader, requirement);
        }

        return requirement;
    }

    private static void CheckLabel(MapReader reader, NodeSelectorRequirement requirement)
    {
        int values = requirement.Values.Length;
        switch (requirement.Operator)
        {
            case NodeSelectorOperator.In or NodeSelectorOperator.NotIn when values == 0:
                reader.Error("values", $"is empty, which {requirement.Operator} cannot be; list at least one value");
                break;
            case NodeSelectorOperator.Exists or NodeSelectorOperator.DoesNotExist when values > 0:
                reader.Error("values", $"has values, which {requirement.Operator} does not compare; remove them");
                break;
            case NodeSelectorOperator.Gt or NodeSelectorOperator.Lt
                when values != 1 || !long.TryParse(requirement.Values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _):
                reader.Error("values", $"is no bound for {requirement.Operator}; write one whole number in quotes, such as [\"8\"]");
                break;
        }
    }

    private static void CheckField(MapReader reader, NodeSelectorRequirement requirement)
    {
        if (requirement.Key != "metadata.name")
        {
            reader.Error("key", $"{requirement.Key} is no field of nodes; write metadata.name");
        }

        if (requirement.Operator is not (NodeSelectorOperator.In or NodeSelectorOperator.NotIn))
        {
            reader.Error("operator", $"{requirement.Operator} does not go with a field; write In or NotIn");
        }

        if (requirement.Values.Length != 1)
        {
            reader.Error("values", "needs exactly one value; write the name of one node");
        }
    }
}
