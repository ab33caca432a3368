using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>Arguments of <see cref="NodeResourcesFit"/>, as kube-scheduler's <c>NodeResourcesFitArgs</c>.</summary>
public sealed record NodeResourcesFitArgs
{
    /// <summary>Extended resources that Filter leaves out, by name.</summary>
    public ImmutableArray<string> IgnoredResources { get; init; } = [];

    /// <summary>The same by the part of the name before the slash.</summary>
    public ImmutableArray<string> IgnoredResourceGroups { get; init; } = [];

    public ScoringStrategyType Strategy { get; init; } = ScoringStrategyType.LeastAllocated;

    /// <summary>What is scored, and how much it counts.</summary>
    public ImmutableArray<ResourceWeight> Resources { get; init; } = ResourceWeight.CpuAndMemory;

    /// <summary>Score by utilization, for <see cref="ScoringStrategyType.RequestedToCapacityRatio"/>; utilization rises strictly.</summary>
    public ImmutableArray<UtilizationPoint> Shape { get; init; } = [];

    /// <summary>Everything that is wrong with these arguments: the field, by its name in the configuration, and what to mend.</summary>
    public ImmutableArray<(string Field, string Message)> Validate()
    {
        List<(string, string)> errors = [];
        foreach (string name in IgnoredResources.Where(r => !ResourceNames.IsExtended(r)))
        {
            errors.Add(("ignoredResources", $"names {name}, which is no extended resource; only names like example.com/device can be left out"));
        }

        foreach (string group in IgnoredResourceGroups.Where(g => g.Length == 0 || g.Contains('/', StringComparison.Ordinal)))
        {
            errors.Add(("ignoredResourceGroups", $"names \"{group}\", which is no group; give the part of the resource name before the slash, such as example.com"));
        }

        errors.AddRange(ResourceWeight.Validate(Resources, ResourceWeight.MaxWeight).Select(m => ("resources", m)));
        if (Strategy == ScoringStrategyType.RequestedToCapacityRatio && Shape.IsEmpty)
        {
            errors.Add(("requestedToCapacityRatio", "needs a shape of at least one point; add shape: [{utilization: 0, score: 0}, {utilization: 100, score: 10}]"));
        }

        errors.AddRange(ValidateShape().Select(m => ("shape", m)));
        return [.. errors];
    }

    private IEnumerable<string> ValidateShape()
    {
        foreach (UtilizationPoint point in Shape)
        {
            if (point.Utilization is < 0 or > 100)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"has utilization {point.Utilization}; give a percentage, 0 to 100");
            }

            if (point.Score is < 0 or > UtilizationPoint.MaxScore)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"has score {point.Score}; give 0 to {UtilizationPoint.MaxScore}");
            }
        }

        for (int i = 1; i < Shape.Length; i++)
        {
            if (Shape[i].Utilization <= Shape[i - 1].Utilization)
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"has utilization {Shape[i].Utilization} after {Shape[i - 1].Utilization}; list the points with rising utilization");
            }
        }
    }
}
