using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>What became of one attempt to place a pod or a gang.</summary>
/// <param name="Queued">The pod or gang; null where nothing waited.</param>
/// <param name="Decision">Where it goes, if anywhere.</param>
/// <param name="FitError">Why it fits nowhere; null where it does or where something broke.</param>
/// <param name="Status">Success, the rejection, or the error that stopped it after a node was found.</param>
public readonly record struct AttemptResult(QueuedPodInfo? Queued, Decision Decision, FitError? FitError, Status Status)
{
    /// <summary>Whom it evicts, and where it is nominated; null: nobody.</summary>
    public PreemptionPlan? Preemption { get; init; }

    /// <summary>True where it was looked for somebody to evict, with or without success.</summary>
    public bool HasTriedToPreempt { get; init; }

    /// <summary>The attempt as that of a gang, pod by pod; null: a pod was tried alone.</summary>
    public GangAttempt? Gang { get; init; }

    /// <summary>True where the pod now holds its node; of a gang, where at least its minimum does.</summary>
    public bool IsPlaced => Queued is not null && Status.IsSuccess;
}
