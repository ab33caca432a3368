using GpuScheduler.Framework;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// What the scheduler counts and times as it happens; what can be read at any time is in <see cref="SchedulerReadings"/>. Any thread. Calls are cheap and
/// do not allocate once a set of label values has been seen. Values of labels are few: never a name of a pod or node.
/// </summary>
public interface ISchedulerMetrics
{
    /// <summary>An attempt ended, its binding included: <c>scheduler_schedule_attempts_total</c>, <c>scheduler_scheduling_attempt_duration_seconds</c>.</summary>
    void ObserveAttempt(AttemptOutcome outcome, string profile, TimeSpan duration);

    /// <summary>A node was looked for: <c>scheduler_scheduling_algorithm_duration_seconds</c>.</summary>
    void ObserveAlgorithm(TimeSpan duration);

    /// <summary>All plugins of a point ran: <c>scheduler_framework_extension_point_duration_seconds</c>.</summary>
    void ObserveExtensionPoint(ExtensionPoints point, StatusCode status, string profile, TimeSpan duration);

    /// <summary>One plugin ran: <c>scheduler_plugin_execution_duration_seconds</c>. Sample it; it costs more than many plugins.</summary>
    void ObservePlugin(string plugin, ExtensionPoints point, StatusCode status, TimeSpan duration);

    /// <summary>A pod that Permit held goes on or was turned away: <c>scheduler_permit_wait_duration_seconds</c>.</summary>
    void ObservePermitWait(StatusCode result, TimeSpan duration);

    /// <summary>A pod is bound: <c>scheduler_pod_scheduling_sli_duration_seconds</c>, <c>scheduler_pod_scheduling_attempts</c>.</summary>
    /// <param name="attempts">How often it was tried, this time included.</param>
    /// <param name="sinceQueued">Since it first entered the queue.</param>
    void ObserveScheduled(int attempts, TimeSpan sinceQueued);

    /// <summary>Preemption was tried: <c>scheduler_preemption_attempts_total</c>, and <c>scheduler_preemption_victims</c> where any were chosen.</summary>
    void ObservePreemption(int victims);

    /// <summary>A pod entered a part of the queue: <c>scheduler_queue_incoming_pods_total</c>. For <paramref name="cause"/> see <see cref="QueueCauses"/>.</summary>
    void IncIncomingPods(QueuePool pool, string cause);

    /// <summary>A pod became unschedulable because of a plugin (+1), or no longer is (-1): <c>scheduler_unschedulable_pods</c>.</summary>
    void AddUnschedulablePods(string plugin, string profile, int change);

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
