using System.Collections.Immutable;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Reads <c>NodeResourcesFitArgs</c> and <c>NodeResourcesBalancedAllocationArgs</c>.</summary>
internal static class NodeResourcesArgsReader
{
    public static NodeResourcesFitArgs ReadFit(MapReader args)
    {
        MapReader? strategy = args.Map("scoringStrategy"), ratio = strategy?.Map("requestedToCapacityRatio");
        NodeResourcesFitArgs read = new()
        {
            IgnoredResources = args.Strings("ignoredResources"),
            IgnoredResourceGroups = args.Strings("ignoredResourceGroups"),
            Strategy = strategy?.Enum("type", ScoringStrategyType.LeastAllocated) ?? ScoringStrategyType.LeastAllocated,
            Resources = strategy is null ? ResourceWeight.CpuAndMemory : ReadResources(strategy, ResourceWeight.MaxWeight),
            Shape = ratio is null ? [] : ReadShape(ratio),
        };
        foreach ((string field, string message) in read.Validate())
        {
            MapReader at = field switch
            {
                "shape" => ratio!,
                "resources" or "requestedToCapacityRatio" => strategy!,
                _ => args,
            };
            at.Error(field, message);
        }

        return read;
    }

    public static ImmutableArray<ResourceWeight> ReadBalanced(MapReader args)
    {
        const int MostWeight = 1;
        ImmutableArray<ResourceWeight> resources = ReadResources(args, MostWeight);
        foreach (string message in ResourceWeight.Validate(resources, MostWeight))
        {
            args.Error("resources", message);
        }

        return resources;
    }

    /// <summary>As in kube-scheduler an empty list stands for the default too.</summary>
    private static ImmutableArray<ResourceWeight> ReadResources(MapReader args, int mostWeight)
    {
        ImmutableArray<ResourceWeight> resources =
            [.. args.Maps("resources").Select(r => new ResourceWeight(r.RequiredString("name"), r.Int("weight", 1, mostWeight, @default: 1)))];
        return resources.IsEmpty ? ResourceWeight.CpuAndMemory : resources;
    }

    private static ImmutableArray<UtilizationPoint> ReadShape(MapReader ratio) =>
    [
        .. ratio.Maps("shape").Select(
            p => new UtilizationPoint(p.Int("utilization", 0, 100, @default: 0), p.Int("score", 0, UtilizationPoint.MaxScore, @default: 0))),
    ];
}
