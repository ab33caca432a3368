using System.Collections.Immutable;

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
}
