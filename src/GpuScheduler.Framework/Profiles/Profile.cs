using System.Collections.Immutable;

namespace GpuScheduler.Framework;

/// <summary>
/// The plugins that decide for pods of one <c>schedulerName</c>, point by point, in the order in which they run.
/// </summary>
public sealed record Profile
{
    public required string SchedulerName { get; init; }

    public ImmutableArray<IPreEnqueuePlugin> PreEnqueue { get; init; } = [];

    public required IQueueSortPlugin QueueSort { get; init; }

    public ImmutableArray<IPreFilterPlugin> PreFilter { get; init; } = [];

    public ImmutableArray<IFilterPlugin> Filter { get; init; } = [];

    public ImmutableArray<IPostFilterPlugin> PostFilter { get; init; } = [];

    public ImmutableArray<IPreScorePlugin> PreScore { get; init; } = [];

    public ImmutableArray<WeightedScore> Score { get; init; } = [];

    public ImmutableArray<IReservePlugin> Reserve { get; init; } = [];

    public ImmutableArray<IPermitPlugin> Permit { get; init; } = [];

    public ImmutableArray<IPreBindPlugin> PreBind { get; init; } = [];

    public ImmutableArray<IBindPlugin> Bind { get; init; } = [];

    public ImmutableArray<IPostBindPlugin> PostBind { get; init; } = [];

    /// <summary>Every plugin of the profile, each once.</summary>
    public IEnumerable<IPlugin> All =>
        PreEnqueue.Concat<IPlugin>([QueueSort]).Concat(PreFilter).Concat(Filter).Concat(PostFilter).Concat(PreScore)
            .Concat(Score.Select(s => s.Plugin)).Concat(Reserve).Concat(Permit).Concat(PreBind).Concat(Bind).Concat(PostBind)
            .Distinct();
}
