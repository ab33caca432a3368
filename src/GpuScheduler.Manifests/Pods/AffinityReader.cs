using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Reads node affinity and tolerations, with the API server's validation of them.</summary>
internal static class AffinityReader
{
    public static NodeAffinity? Read(MapReader spec)
    {
        if (spec.Map("affinity")?.Map("nodeAffinity") is not { } affinity)
        {
            return null;
        }

        MapReader? required = affinity.Map("requiredDuringSchedulingIgnoredDuringExecution");
        ImmutableArray<NodeSelectorTerm>? terms = null;
        if (required is not null)
        {
            terms = [.. required.Maps("nodeSelectorTerms").Select(Term)];
            if (required.Find("nodeSelectorTerms") is null or ListNode { Items.IsEmpty: true })
            {
                required.Error("nodeSelectorTerms", "has no term, so no node would match; add one");
            }
        }

        return new NodeAffinity
        {
            Required = terms,
            Preferred = [.. affinity.Maps("preferredDuringSchedulingIgnoredDuringExecution").Select(Preferred)],
        };
    }

    public static Toleration Toleration(MapReader reader)
    {
        string key = reader.String("key");
        TolerationOperator @operator = reader.String("operator").Length == 0 ? TolerationOperator.Equal : reader.Enum("operator", TolerationOperator.Equal);
        string value = reader.String("value");
        if (key.Length == 0 && @operator == TolerationOperator.Equal)
        {
            reader.Error("operator", "has to be Exists where there is no key; write operator: Exists, or a key");
        }

        if (value.Length > 0 && @operator == TolerationOperator.Exists)
        {
            reader.Error("value", "has no meaning with operator Exists; remove it");
        }

        return new Toleration(key, @operator, value, reader.String("effect").Length == 0 ? null : reader.Enum("effect", TaintEffect.NoSchedule));
    }

    /// <summary>A requirement on labels of nodes.</summary>
    public static NodeSelectorRequirement LabelRequirement(MapReader reader) => Requirement(reader, isField: false);

    private static PreferredSchedulingTerm Preferred(MapReader reader)
    {
        int weight = reader.Int("weight", 1, 100, 1);
        if (!reader.Has("weight"))
        {
            reader.Error("weight", "is required; write 1 to 100");
        }

        if (!reader.Has("preference"))
        {
            reader.Error("preference", "is required; add a term");
        }

        return new PreferredSchedulingTerm(weight, reader.Map("preference") is { } term ? Term(term) : new NodeSelectorTerm());
    }

    /// <summary>A term of a node selector.</summary>
    public static NodeSelectorTerm Term(MapReader reader) => new()
    {
        MatchExpressions = [.. reader.Maps("matchExpressions").Select(LabelRequirement)],
        MatchFields = [.. reader.Maps("matchFields").Select(r => Requirement(r, isField: true))],
    };

    private static NodeSelectorRequirement Requirement(MapReader reader, bool isField)
    {
        string key = reader.RequiredString("key");
        bool hasOperator = reader.RequiredString("operator").Length > 0;
        NodeSelectorOperator @operator = hasOperator ? reader.Enum("operator", NodeSelectorOperator.In) : NodeSelectorOperator.In;
        ImmutableArray<string> values = reader.Strings("values");
        if (isField && key.Length > 0 && key != "metadata.name")
        {
            reader.Error("key", $"\"{key}\" is not a field to match; write metadata.name");
        }

        if (hasOperator && Objection(@operator, values, isField) is { } objection)
        {
            reader.Error("values", objection);
        }

        return new NodeSelectorRequirement(key, @operator, values);
    }

    private static string? Objection(NodeSelectorOperator @operator, ImmutableArray<string> values, bool isField) => @operator switch
    {
        NodeSelectorOperator.In or NodeSelectorOperator.NotIn when isField && values.Length != 1 => $"{@operator} on a field needs exactly one value; write one",
        NodeSelectorOperator.In or NodeSelectorOperator.NotIn when values.IsEmpty => $"{@operator} needs values; add at least one",
        NodeSelectorOperator.Exists or NodeSelectorOperator.DoesNotExist when !values.IsEmpty => $"{@operator} takes no values; remove them",
        NodeSelectorOperator.Gt or NodeSelectorOperator.Lt when values.Length != 1 || !long.TryParse(values[0], out _) =>
            $"{@operator} needs exactly one whole number; write one in quotes",
        _ => null,
    };
}
