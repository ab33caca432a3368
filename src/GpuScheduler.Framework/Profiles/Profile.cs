using System.Collections.Immutable;
using System.Numerics;

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

    /// <summary>
    /// Units a point in which weighted scores are added up: as fine as they may be with the highest total there can be still within an <see cref="int"/>, which
    /// vectors hold eight of. A power of two. Plugins with a finer <see cref="IScorePlugin.Precision"/> are rounded down to it.
    /// </summary>
    public int ScorePrecision
    {
        get
        {
            long highest = Math.Max(1, Score.Sum(s => (long)s.Weight)) * IScorePlugin.MaxNodeScore;
            return Math.Min(1 << BitOperations.Log2((uint)(int.MaxValue / highest)), IScorePlugin.MaxPrecision);
        }
    }

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
