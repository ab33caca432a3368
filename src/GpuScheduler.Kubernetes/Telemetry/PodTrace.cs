using System.Diagnostics;
using GpuScheduler.Framework;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// The way of a pod through one attempt as a trace: spans one inside another. Where nobody listens there is none (<see cref="Start"/> gives null), so
/// that tracing costs one look when it is off. One thread at a time; the attempt may go on on another.
/// </summary>
public sealed class PodTrace
{
    private static readonly ActivitySource Source = new(SourceName);
    private readonly TimeProvider _time;
    private readonly Activity _attempt;
    /// <summary>Open spans, innermost first; null for one that a listener did not want.</summary>
    private readonly Stack<Activity?> _open = [];

    private PodTrace(Activity attempt, TimeProvider time)
    {
        _attempt = attempt;
        _time = time;
    }

    /// <summary>Name of the <see cref="ActivitySource"/>.</summary>
    public const string SourceName = "GpuScheduler";

    /// <summary>Starts the trace of a pod that was just taken from the queue; its wait there becomes the first span.</summary>
    /// <returns>Null where nobody listens or this attempt is not sampled.</returns>
    /// <param name="queued">The pod.</param>
    /// <param name="profile">The profile that decides for it.</param>
    /// <param name="tried">When it was taken from the queue.</param>
    /// <param name="time">The clock.</param>
    public static PodTrace? Start(QueuedPodInfo queued, string profile, DateTimeOffset tried, TimeProvider time)
    {
        if (!Source.HasListeners() || Open(SchedulerSpans.Attempt, default, queued.WaitedSince) is not { } attempt)
        {
            return null;
        }

        attempt.SetTag("k8s.namespace.name", queued.Pod.Namespace);
        attempt.SetTag("k8s.pod.name", queued.Pod.Name);
        attempt.SetTag("k8s.pod.uid", queued.Pod.Uid);
        attempt.SetTag("gpuscheduler.profile", profile);
        attempt.SetTag("gpuscheduler.attempt", queued.Attempts);
        PodTrace trace = new(attempt, time);
        trace.Begin(SchedulerSpans.QueueWait, queued.WaitedSince);
        Close(trace._open.Pop(), Status.Success, tried);
        return trace;
    }

    /// <summary>Opens a span inside the innermost open one.</summary>
    /// <param name="span">See <see cref="SchedulerSpans"/>.</param>
    public void Begin(string span) => Begin(span, _time.GetUtcNow());

    /// <summary>Closes the innermost open span.</summary>
    public void End(Status status) => Close(_open.Pop(), status, _time.GetUtcNow());

    /// <summary>Ends the trace, and what is still open in it.</summary>
    /// <param name="status">How the attempt ended.</param>
    /// <param name="node">Where the pod goes; empty for nowhere.</param>
    public void Finish(Status status, string node)
    {
        while (_open.TryPop(out Activity? open))
        {
            Close(open, status, _time.GetUtcNow());
        }

        if (node.Length > 0)
        {
            _attempt.SetTag("k8s.node.name", node);
        }

        Close(_attempt, status, _time.GetUtcNow());
    }

    /// <summary>Opens a span that began a while ago.</summary>
    public void Begin(string span, DateTimeOffset start)
    {
        Activity parent = _open.FirstOrDefault(a => a is not null) ?? _attempt;
        _open.Push(Open(span, parent.Context, start));
    }

    private static void Close(Activity? activity, Status status, DateTimeOffset end)
    {
        if (activity is null)
        {
            return;
        }

        activity.SetTag("gpuscheduler.result", status.Code.ToString());
        if (!status.IsSuccess)
        {
            activity.SetStatus(status.Code == StatusCode.Error ? ActivityStatusCode.Error : ActivityStatusCode.Unset, status.Reason);
            activity.SetTag("gpuscheduler.plugin", status.Plugin);
            activity.SetTag("gpuscheduler.reason", status.Reason);
        }

        activity.SetEndTime(end.UtcDateTime);
        activity.Dispose();
    }

    /// <summary>Starts an activity without making it the thread's current one: the thread goes on to other pods.</summary>
    private static Activity? Open(string name, ActivityContext parent, DateTimeOffset start)
    {
        Activity? current = Activity.Current;
        Activity.Current = null;
        Activity? activity = Source.StartActivity(name, ActivityKind.Internal, parent, startTime: start);
        Activity.Current = current;
        return activity;
    }
}
