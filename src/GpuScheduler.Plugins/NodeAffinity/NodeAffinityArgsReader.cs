using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Reads <c>NodeAffinityArgs</c>: <c>addedAffinity</c>, a node affinity as pods write it.</summary>
internal static class NodeAffinityArgsReader
{
    public static NodeAffinity? Read(MapReader args)
    {
        if (args.Map("addedAffinity") is not { } added)
        {
            return null;
        }

        ImmutableArray<NodeSelectorTerm>? required =
            added.Map("requiredDuringSchedulingIgnoredDuringExecution") is { } r ? [.. r.Maps("nodeSelectorTerms").Select(ReadTerm)] : null;
        return new NodeAffinity
        {
            Required = required,
            Preferred = [.. added.Maps("preferredDuringSchedulingIgnoredDuringExecution").Select(ReadPreferred)],
        };
    }

    private static PreferredSchedulingTerm ReadPreferred(MapReader preferred) =>
        new(preferred.Int("weight", 1, 100, @default: 1), preferred.Map("preference") is { } term ? ReadTerm(term) : new NodeSelectorTerm());

    private static NodeSelectorTerm ReadTerm(MapReader term) => new()
    {
        MatchExpressions = [.. term.Maps("matchExpressions").Select(ReadRequirement)],
        MatchFields = [.. term.Maps("matchFields").Select(ReadRequirement)],
    };

    private static NodeSelectorRequirement ReadRequirement(MapReader requirement) =>
        new(requirement.RequiredString("key"), requirement.Enum("operator", NodeSelectorOperator.In), requirement.Strings("values"));
}
