using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>Where gangs go, and how far their placement is searched for.</summary>
public sealed record GangPlacerOptions
{
    public GangStrategy Strategy { get; init; }

    /// <summary>
    /// Trial placements in one attempt, after which it ends with <see cref="GangOutcome.LimitReached"/>. Gangs of equal pods without inner constraints need none:
    /// their answer is exact whatever the limit.
    /// </summary>
    public int SearchLimit { get; init; } = 50_000;
}
