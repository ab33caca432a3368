using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Scheduling;
using Microsoft.Extensions.Logging;

namespace GpuScheduler.Kubernetes;

/// <summary>Tells operators and users what the engine does: log, metrics, events, conditions. The words are kube-scheduler's where it has some.</summary>
internal sealed partial class EngineReporter(IApiReports api, ISchedulerMetrics metrics, TimeProvider time, ILogger logger) : IEngineObserver
{
    private const string FailedScheduling = "FailedScheduling";

    private const string SchedulerError = "SchedulerError";

    public void Attempted(PodRecord record, in AttemptResult result, TimeSpan took)
    {
        PodObject pod = record.Latest;
        QueuedPodInfo queued = result.Queued!;
        metrics.ObserveAlgorithm(took);
        if (result.IsPlaced)
        {
            return;
        }

        bool isError = result.Status.Code == StatusCode.Error;
        string profile = queued.Class.Spec.SchedulerName;
        metrics.ObserveAttempt(isError ? AttemptOutcome.Error : AttemptOutcome.Unschedulable, profile, took);
        string message = result.Status.Reason ?? "";
        if (result.HasTriedToPreempt)
        {
            metrics.ObservePreemption(result.Preemption?.ToEvict.Count() ?? 0);
        }

        if (isError)
        {
            LogAttemptBroke(pod, message);
        }
        else
        {
            LogUnschedulable(pod, queued.Attempts, message);
        }

        api.PodNotScheduled(record, isError ? SchedulerError : "Unschedulable", message, record.Nominated);
        api.PodEvent(pod, isWarning: true, FailedScheduling, "Scheduling", message);
    }

    public void Scheduled(PodRecord record, QueuedPodInfo queued, string node, DeviceSet devices)
    {
        PodObject pod = record.Latest;
        TimeSpan since = time.GetUtcNow() - queued.InitialAttempt;
        metrics.ObserveAttempt(AttemptOutcome.Scheduled, queued.Class.Spec.SchedulerName, time.GetElapsedTime(record.Tried));
        metrics.IncBindOutcomes(nameof(BindOutcomeKind.Bound));
        metrics.ObserveScheduled(queued.Attempts, since);
        LogScheduled(pod, node, devices, queued.Attempts, since.TotalMilliseconds);
        api.PodEvent(pod, isWarning: false, "Scheduled", "Binding", $"Successfully assigned {pod} to {node}");
    }

    public void BindFailed(PodRecord record, string node, BindOutcome outcome)
    {
        PodObject pod = record.Latest;
        metrics.IncBindOutcomes(outcome.Kind.ToString());
        LogBindFailed(pod, node, outcome.Kind, outcome.Message);
        if (outcome.Kind == BindOutcomeKind.Rejected)
        {
            metrics.ObserveAttempt(AttemptOutcome.Error, pod.Pod.Spec.SchedulerName, TimeSpan.Zero);
            string message = $"binding to {node} was refused: {outcome.Message}";
            api.PodNotScheduled(record, SchedulerError, message, "");
            api.PodEvent(pod, isWarning: true, FailedScheduling, "Binding", message);
        }
    }

    public void BoundElsewhere(PodObject pod, string node, DeviceSet devices, string assumedNode, DeviceSet assumedDevices)
    {
        LogBoundElsewhere(pod, node, devices, assumedNode, assumedDevices);
        metrics.IncReconcileDrift("bound-elsewhere");
    }

    public void PodProblem(PodRecord record, ProblemKind kind, string message)
    {
        PodObject pod = record.Latest;
        LogPodProblem(pod, kind, message);
        if (kind == ProblemKind.InvalidRequest)
        {
            metrics.IncDecodeFailures("pods");
        }
        else
        {
            metrics.IncReconcileDrift(KindOf(kind));
        }

        if (kind == ProblemKind.InvalidRequest && pod.Pod.BoundNode.Length == 0)
        {
            api.PodNotScheduled(record, SchedulerError, message, "");
            api.PodEvent(pod, isWarning: true, FailedScheduling, "Scheduling", message);
        }
        else
        {
            api.PodEvent(pod, isWarning: true, kind.ToString(), "Scheduling", message);
        }
    }

    public void NodeProblem(NodeObject node, string message)
    {
        LogNodeProblem(node, message);
        metrics.IncDecodeFailures("nodes");
        api.NodeEvent(node, isWarning: true, "InvalidDevices", "Scheduling", message);
    }

    public void Preempted(PodRecord victim, Pod preemptor, string node)
    {
        LogPreempted(victim.Latest, node, preemptor);
        api.PodEvent(victim.Latest, isWarning: false, "Preempted", "Preempting", $"Preempted by pod {preemptor.Uid} on node {node}");
    }

    public void EvictionFailed(Pod preemptor, Pod victim, bool byBudget, string message) => LogEvictionFailed(victim, preemptor, byBudget, message);

    public void Broke(string doing, Exception exception) => LogBroke(doing, exception);

    /// <summary>The audit found and mended something.</summary>
    public void Drifted(Drift drift)
    {
        LogDrift(drift.Kind, drift.Object, drift.Message);
        metrics.IncReconcileDrift(KindOf(drift.Kind));
    }

    private static string KindOf(ProblemKind kind) => kind == ProblemKind.DeviceConflict ? "device-conflict" : "devices-unknown";

    private static string KindOf(DriftKind kind) => kind switch
    {
        DriftKind.Missing => "missing",
        DriftKind.Stale => "stale",
        DriftKind.Extra => "extra",
        DriftKind.Placement => "placement",
        _ => "columns",
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Scheduled {Pod} on {Node} devices [{Devices}] after {Attempts} attempt(s), {Milliseconds:F1} ms")]
    private partial void LogScheduled(PodObject pod, string node, DeviceSet devices, int attempts, double milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Evicting {Pod} from {Node} for {Preemptor}")]
    private partial void LogPreempted(PodObject pod, string node, Pod preemptor);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Pod} was not evicted for {Preemptor} (budget: {ByBudget}): {Message}")]
    private partial void LogEvictionFailed(Pod pod, Pod preemptor, bool byBudget, string message);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Unschedulable {Pod} (attempt {Attempt}): {Message}")]
    private partial void LogUnschedulable(PodObject pod, int attempt, string message);

    [LoggerMessage(Level = LogLevel.Error, Message = "Scheduling {Pod} broke: {Message}")]
    private partial void LogAttemptBroke(PodObject pod, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bind of {Pod} to {Node} failed: {Outcome} {Message}")]
    private partial void LogBindFailed(PodObject pod, string node, BindOutcomeKind outcome, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Pod} is bound to {Node} devices [{Devices}], not to {AssumedNode} devices [{AssumedDevices}] as it was assumed")]
    private partial void LogBoundElsewhere(PodObject pod, string node, DeviceSet devices, string assumedNode, DeviceSet assumedDevices);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Problem with pod {Pod} ({Kind}): {Message}")]
    private partial void LogPodProblem(PodObject pod, ProblemKind kind, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Problem with node {Node}: {Message}")]
    private partial void LogNodeProblem(NodeObject node, string message);

    [LoggerMessage(Level = LogLevel.Error, Message = "The engine failed at {Doing}")]
    private partial void LogBroke(string doing, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Drift ({Kind}) of {Object} mended: {Message}")]
    private partial void LogDrift(DriftKind kind, string @object, string message);
}
