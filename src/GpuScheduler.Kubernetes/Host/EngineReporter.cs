using System.Globalization;
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
        QueuedPodInfo queued = result.Queued!;
        metrics.ObserveAlgorithm(took);
        if (result.IsPlaced)
        {
            return;
        }

        NotePreemption(result);
        TellNotScheduled(record, queued, result.Status, took);
    }

    public void TurnedAway(PodRecord record, QueuedPodInfo queued, Status status) => TellNotScheduled(record, queued, status, time.GetElapsedTime(record.Tried));

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
        if (outcome.Kind is BindOutcomeKind.Rejected or BindOutcomeKind.VolumesNotBound)
        {
            metrics.ObserveAttempt(AttemptOutcome.Error, pod.Pod.Spec.SchedulerName, TimeSpan.Zero);
            string message = outcome.Kind == BindOutcomeKind.Rejected ? $"binding to {node} was refused: {outcome.Message}" : outcome.Message;
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
        if (kind is ProblemKind.InvalidRequest or ProblemKind.NotRegarded)
        {
            metrics.IncDecodeFailures("pods");
        }
        else if (kind is not (ProblemKind.WaitsForClaim or ProblemKind.WaitsForVolumes))
        {
            metrics.IncReconcileDrift(KindOf(kind));
        }

        if (kind == ProblemKind.WaitsForVolumes)
        {
            // Not "Unschedulable": it has its place, and more nodes would not help.
            api.PodNotBound(record, "WaitingForVolumes", message);
            api.PodEvent(pod, isWarning: false, "WaitingForVolumes", "Binding", message);
        }
        else if (kind is ProblemKind.InvalidRequest or ProblemKind.WaitsForClaim && pod.Pod.BoundNode.Length == 0)
        {
            api.PodNotScheduled(record, kind == ProblemKind.InvalidRequest ? SchedulerError : "Unschedulable", message, "");
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

    public void GangAttempted(IReadOnlyList<GangRecord> objects, in AttemptResult result)
    {
        GangUnit unit = result.Gang!.Gang;
        metrics.IncGangAttempts(
            result.IsPlaced ? AttemptOutcome.Scheduled : result.Status.Code == StatusCode.Error ? AttemptOutcome.Error : AttemptOutcome.Unschedulable,
            result.Queued!.Class.Spec.SchedulerName);
        NotePreemption(result);
        if (result.IsPlaced || unit.IsStarted)
        {
            return;
        }

        string message = result.Gang.Placement.Message is { Length: > 0 } why ? why : result.Status.Reason ?? "";
        LogGangUnschedulable(unit.Key, message);
        Tell(objects, isWarning: true, FailedScheduling, "Scheduling", message, new GangVerdict(GangVerdictKind.Unschedulable, message, unit.PlacedCount, unit.Pods.Count));
    }

    public void GangWaits(GangRecord? gang, GangUnit unit, IEnumerable<PodRecord> waiting, string wait)
    {
        if (wait.Length == 0)
        {
            return;
        }

        LogGangWaits(unit.Key, wait);
        foreach (PodRecord pod in waiting)
        {
            // Not "Unschedulable": more nodes would not help, and autoscalers must not think so.
            api.PodNotScheduled(pod, "WaitingForGang", $"gang {unit.Key}: {wait}", "");
        }

        if (gang is not null)
        {
            api.GangEvent(gang, isWarning: false, "WaitingForPods", "Scheduling", wait);
        }
    }

    public void GangStarted(IReadOnlyList<GangRecord> objects, GangUnit unit)
    {
        LogGangStarted(unit.Key, unit.PlacedCount);
        metrics.ObserveGangStarted(time.GetUtcNow() - unit.Pods.Min(p => p.Queued.InitialAttempt));
        string message = string.Create(CultureInfo.InvariantCulture, $"All that it needs is bound: {unit.PlacedCount} pods");
        Tell(objects, isWarning: false, "Scheduled", "Binding", message, new GangVerdict(GangVerdictKind.Scheduled, message, unit.PlacedCount, unit.Pods.Count, unit.StartedAt));
    }

    public void GangStated(GangRecord gang, bool isOurs)
    {
        if (gang.Latest is not { } stated)
        {
            return;
        }

        foreach (string problem in stated.Gang.Problems)
        {
            LogGangProblem(stated, problem);
            api.GangEvent(gang, isWarning: true, FailedScheduling, "Scheduling", problem);
        }

        if (isOurs)
        {
            api.GangStatus(gang, new GangVerdict(GangVerdictKind.Seen, ""));
        }
    }

    public void GangEvicting(GangRecord? gang, GangEviction eviction, IEnumerable<PodRecord> pods)
    {
        LogGangEvicting(eviction.Gang, eviction.Pods.Length, eviction.Message);
        foreach (PodRecord pod in pods)
        {
            api.PodEvent(pod.Latest, isWarning: true, "GangIncomplete", "Evicting", $"evicted with its gang {eviction.Gang}, which is tried again as a whole: {eviction.Message}");
        }

        if (gang is not null)
        {
            api.GangEvent(gang, isWarning: true, "GangIncomplete", "Evicting", eviction.Message);
        }
    }

    public void GangEvictionFailed(GangEviction eviction, string message) => LogGangEvictionFailed(eviction.Gang, message);

    public void TopologyProblem(string message)
    {
        LogTopologyProblem(message);
        metrics.IncDecodeFailures("topologies");
    }

    public void Broke(string doing, Exception exception) => LogBroke(doing, exception);

    /// <summary>The audit found and mended something.</summary>
    public void Drifted(Drift drift)
    {
        LogDrift(drift.Kind, drift.Object, drift.Message);
        metrics.IncReconcileDrift(KindOf(drift.Kind));
    }

    private void NotePreemption(in AttemptResult result)
    {
        if (!result.HasTriedToPreempt)
        {
            return;
        }

        int victims = result.Preemption?.ToEvict.Count() ?? 0, members = result.Preemption?.ToEvict.Count(v => v.Pod.Gang is not null) ?? 0;
        metrics.ObservePreemption(victims);
        metrics.CountVictims(victims - members, members);
    }

    private void TellNotScheduled(PodRecord record, QueuedPodInfo queued, Status status, TimeSpan took)
    {
        PodObject pod = record.Latest;
        bool isError = status.Code == StatusCode.Error;
        string message = status.Reason ?? "";
        metrics.ObserveAttempt(isError ? AttemptOutcome.Error : AttemptOutcome.Unschedulable, queued.Class.Spec.SchedulerName, took);
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

    /// <summary>One event, on the topmost object; every object's own status.</summary>
    private void Tell(IReadOnlyList<GangRecord> objects, bool isWarning, string reason, string action, string message, GangVerdict verdict)
    {
        for (int i = 0; i < objects.Count; i++)
        {
            if (i == 0)
            {
                api.GangEvent(objects[i], isWarning, reason, action, message);
            }

            api.GangStatus(objects[i], verdict);
        }
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

    [LoggerMessage(Level = LogLevel.Information, Message = "No room for gang {Gang}: {Message}")]
    private partial void LogGangUnschedulable(GangKey gang, string message);

    [LoggerMessage(Level = LogLevel.Information, Message = "Gang {Gang} {Wait}")]
    private partial void LogGangWaits(GangKey gang, string wait);

    [LoggerMessage(Level = LogLevel.Information, Message = "Gang {Gang} has started: {Pods} pods")]
    private partial void LogGangStarted(GangKey gang, int pods);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Problem with {Gang}: {Message}")]
    private partial void LogGangProblem(StatedGang gang, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Evicting {Pods} pod(s) of gang {Gang}: {Message}")]
    private partial void LogGangEvicting(GangKey gang, int pods, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pods of gang {Gang} were not evicted, it is tried again: {Message}")]
    private partial void LogGangEvictionFailed(GangKey gang, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Problem with the topology: {Message}")]
    private partial void LogTopologyProblem(string message);

    [LoggerMessage(Level = LogLevel.Error, Message = "The engine failed at {Doing}")]
    private partial void LogBroke(string doing, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Drift ({Kind}) of {Object} mended: {Message}")]
    private partial void LogDrift(DriftKind kind, string @object, string message);
}
