namespace GpuScheduler.Scheduling;

/// <summary>How far a gang's placement is searched for.</summary>
public sealed record GangPlacerOptions
{
    /// <summary>
    /// Trial placements in one attempt, after which it ends with <see cref="GangOutcome.LimitReached"/>. Gangs of equal pods without inner constraints need none:
    /// their answer is exact whatever the limit.
    /// </summary>
    public int SearchLimit { get; init; } = 50_000;
}
