using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Reads label selectors (meta/v1), with the API server's validation of them.</summary>
internal static class LabelSelectorReader
{
    public static LabelSelector Read(MapReader selector) => new()
    {
        MatchLabels = selector.StringMap("matchLabels"),
        MatchExpressions = [.. selector.Maps("matchExpressions").Select(Requirement)],
    };

    private static LabelSelectorRequirement Requirement(MapReader reader)
    {
        string key = reader.RequiredString("key");
        bool hasOperator = reader.RequiredString("operator").Length > 0;
        LabelSelectorOperator @operator = hasOperator ? reader.Enum("operator", LabelSelectorOperator.In) : LabelSelectorOperator.In;
        ImmutableArray<string> values = reader.Strings("values");
        bool takesValues = @operator is LabelSelectorOperator.In or LabelSelectorOperator.NotIn;
        if (hasOperator && takesValues == values.IsEmpty)
        {
            reader.Error("values", takesValues ? $"{@operator} needs values; add at least one" : $"{@operator} takes no values; remove them");
        }

        return new LabelSelectorRequirement(key, @operator, values);
    }
}
