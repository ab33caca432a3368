using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Reads <c>NodeResourcesFitArgs</c> and <c>NodeResourcesBalancedAllocationArgs</c>.</summary>
internal static class NodeResourcesArgsReader
{
    public static NodeResourcesFitArgs ReadFit(MapReader args)
    {
        NodeResourcesFitArgs read = new()
        {
            IgnoredResources = args.Strings("ignoredResources"),
            IgnoredResourceGroups = args.Strings("ignoredResourceGroups"),
        };
        foreach (string group in read.IgnoredResourceGroups.Where(g => g.Contains('/', StringComparison.Ordinal)))
        {
            args.Error("ignoredResourceGroups", $"{group} is no group; write the part before the slash, {group[..group.IndexOf('/', StringComparison.Ordinal)]}");
        }

        if (args.Map("scoringStrategy") is not { } strategy)
        {
            return read;
        }

        read = read with
        {
            Strategy = strategy.Enum("type", ScoringStrategyType.LeastAllocated),
            Resources = ReadResources(strategy, mostWeight: 100),
            Shape = strategy.Map("requestedToCapacityRatio") is { } ratio ? ReadShape(ratio) : [],
        };
        if (read.Strategy == ScoringStrategyType.RequestedToCapacityRatio && read.Shape.IsEmpty)
        {
            strategy.Error("requestedToCapacityRatio", "needs a shape of at least one point; add shape: [{utilization: 0, score: 0}, {utilization: 100, score: 10}]");
        }

        return read;
    }

    public static ImmutableArray<ResourceWeight> ReadBalanced(MapReader args) => ReadResources(args, mostWeight: 1);

    private static ImmutableArray<ResourceWeight> ReadResources(MapReader args, int mostWeight)
    {
        if (args.Items("resources").IsEmpty)
        {
            return ResourceWeight.CpuAndMemory;
        }

        ImmutableArray<ResourceWeight> resources =
            [.. args.Maps("resources").Select(r => new ResourceWeight(r.RequiredString("name"), r.Int("weight", 1, mostWeight, @default: 1)))];
        foreach (string twice in resources.GroupBy(r => r.Name, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key))
        {
            args.Error("resources", $"names {twice} twice; keep one of them");
        }

        return resources;
    }

    private static ImmutableArray<UtilizationPoint> ReadShape(MapReader ratio)
    {
        ImmutableArray<UtilizationPoint> shape =
            [.. ratio.Maps("shape").Select(p => new UtilizationPoint(p.Int("utilization", 0, 100, @default: 0), p.Int("score", 0, 10, @default: 0)))];
        for (int i = 1; i < shape.Length; i++)
        {
            if (shape[i].Utilization <= shape[i - 1].Utilization)
            {
                ratio.Error("shape", string.Create(
                    CultureInfo.InvariantCulture, $"has utilization {shape[i].Utilization} after {shape[i - 1].Utilization}; list the points with rising utilization"));
            }
        }

        return shape;
    }
}
