using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// What the scheduler counts and times as it happens; what can be read at any time is in <see cref="SchedulerReadings"/>. Any thread. Calls are cheap and
/// do not allocate once a set of label values has been seen. Values of labels are few: never a name of a pod or node.
/// </summary>
public interface ISchedulerMetrics : ISchedulingObserver
{
    /// <summary>An attempt ended, its binding included: <c>scheduler_schedule_attempts_total</c>, <c>scheduler_scheduling_attempt_duration_seconds</c>.</summary>
    void ObserveAttempt(AttemptOutcome outcome, string profile, TimeSpan duration);

    /// <summary>A node was looked for: <c>scheduler_scheduling_algorithm_duration_seconds</c>.</summary>
    void ObserveAlgorithm(TimeSpan duration);

    /// <summary>A pod is bound: <c>scheduler_pod_scheduling_sli_duration_seconds</c>, <c>scheduler_pod_scheduling_attempts</c>.</summary>
    /// <param name="attempts">How often it was tried, this time included.</param>
    /// <param name="sinceQueued">Since it first entered the queue.</param>
    void ObserveScheduled(int attempts, TimeSpan sinceQueued);

    /// <summary>Preemption was tried: <c>scheduler_preemption_attempts_total</c>, and <c>scheduler_preemption_victims</c> where any were chosen.</summary>
    void ObservePreemption(int victims);

    /// <summary>Pods were told to go: <c>gpuscheduler_preemption_victims_total</c>.</summary>
    /// <param name="pods">Those that stand alone.</param>
    /// <param name="members">Those of gangs.</param>
    void CountVictims(int pods, int members);

    /// <summary>An attempt at a gang ended: <c>gpuscheduler_gang_schedule_attempts_total</c>.</summary>
    void IncGangAttempts(AttemptOutcome outcome, string profile);

    /// <summary>All that a gang needs is bound: <c>gpuscheduler_gang_scheduling_duration_seconds</c>.</summary>
    /// <param name="sinceFirst">Since the first of its pods entered the queue.</param>
    void ObserveGangStarted(TimeSpan sinceFirst);

    /// <summary>A Binding was answered, or not: <c>gpuscheduler_bind_outcomes_total</c>.</summary>
    void IncBindOutcomes(string outcome);

    /// <summary>A watch ended and is started again: <c>gpuscheduler_watch_restarts_total</c>.</summary>
    void IncWatchRestarts(string resource, string reason);

    /// <summary>An object could not be read: <c>gpuscheduler_decode_failures_total</c>.</summary>
    void IncDecodeFailures(string resource);

    /// <summary>The reconciler found the model to differ from the API and mended it: <c>gpuscheduler_reconcile_drift_total</c>.</summary>
    void IncReconcileDrift(string kind, int objects = 1);

    /// <summary>The machine's clock was set: <c>gpuscheduler_clock_jumps_total</c>.</summary>
    void IncClockJumps();
}
