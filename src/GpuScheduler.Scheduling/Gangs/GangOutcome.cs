namespace GpuScheduler.Scheduling;

/// <summary>What came of an attempt to place a gang.</summary>
public enum GangOutcome
{
    /// <summary>At least its minimum is placed.</summary>
    Placed,

    /// <summary>No placement exists in this state.</summary>
    CannotFit,

    /// <summary>None was found before the search reached its limit; one may exist.</summary>
    LimitReached,
}
