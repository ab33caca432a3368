using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Writes events and conditions beside the engine, several at a time, those about one object one after the other. Where the API server cannot keep up,
/// the newest are dropped and counted: an unschedulable pod is reported again at its next attempt.
/// </summary>
internal sealed partial class ApiReports : IApiReports, IAsyncDisposable
{
    /// <summary>Writes under way at a time; each lane has a share of the objects.</summary>
    private const int Lanes = 8;

    /// <summary>One line of the log for so many reports that found no room.</summary>
    private const int DropsPerLine = 1000;

    private readonly ImmutableArray<ReportLane> _lanes;
    private readonly PodStatusWriter _statuses;
    private readonly GangStatusWriter _gangStatuses;
    private readonly Func<bool> _isLeader;
    private readonly ILogger _logger;
    private long _dropped;

    /// <param name="events">Makes a lane's own recorder: which events are alike it need not ask another lane.</param>
    /// <param name="statuses">Writes conditions.</param>
    /// <param name="gangStatuses">Writes the status of gangs.</param>
    /// <param name="isLeader">A standby sees the same things; one voice is enough.</param>
    /// <param name="time">The clock of limits.</param>
    /// <param name="logger">Where failures are told.</param>
    public ApiReports(Func<EventRecorder> events, PodStatusWriter statuses, GangStatusWriter gangStatuses, Func<bool> isLeader, TimeProvider time, ILogger logger)
    {
        _statuses = statuses;
        _gangStatuses = gangStatuses;
        _isLeader = isLeader;
        _logger = logger;
        _lanes = [.. Enumerable.Range(0, Lanes).Select(_ => new ReportLane(events(), time, LogFailed))];
    }

    public void PodEvent(PodObject pod, bool isWarning, string reason, string action, string note) =>
        Post(new EventKey("Pod", pod.Pod.Namespace, pod.Pod.Name, pod.Pod.Uid, isWarning, reason, action, note));

    public void NodeEvent(NodeObject node, bool isWarning, string reason, string action, string note) =>
        Post(new EventKey("Node", "", node.Node.Name, node.Node.Uid, isWarning, reason, action, note));

    public void PodNotScheduled(PodRecord pod, string reason, string message, string nominatedNode) => Post(
        pod.Latest.Pod.Uid,
        (_, cancellation) => _statuses.WriteAsync(() => pod.State is PodState.Pending or PodState.Ignored ? pod.Latest : null, reason, message, nominatedNode, cancellation));

    public void PodNotBound(PodRecord pod, string reason, string message) => Post(
        pod.Latest.Pod.Uid, (_, cancellation) => _statuses.WriteAsync(() => pod.State == PodState.Assumed ? pod.Latest : null, reason, message, pod.Latest.Pod.NominatedNodeName, cancellation));

    public void GangEvent(GangRecord gang, bool isWarning, string reason, string action, string note)
    {
        if (gang.Latest is { } stated)
        {
            Post(new EventKey(
                stated.Api.Kind, stated.Gang.Key.Namespace, stated.Gang.Key.Name, stated.Gang.Uid, isWarning, reason, action, note, stated.ApiVersion));
        }
    }

    public void GangStatus(GangRecord gang, GangVerdict verdict)
    {
        if (gang.Latest is { } stated)
        {
            Post(stated.Gang.Uid, (_, cancellation) => _gangStatuses.WriteAsync(() => gang.Latest, verdict, cancellation));
        }
    }

    /// <summary>Writes what waits, for a short while, and ends.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_lanes.Select(l => l.DisposeAsync().AsTask())).ConfigureAwait(false);

    private void Post(EventKey key) => Post(key.Uid, (recorder, cancellation) => recorder.RecordAsync(key, cancellation));

    private void Post(string uid, Func<EventRecorder, CancellationToken, Task> report)
    {
        int lane = (int)((uint)string.GetHashCode(uid, StringComparison.Ordinal) % Lanes);
        if (_isLeader() && !_lanes[lane].TryPost(report))
        {
            if (Interlocked.Increment(ref _dropped) is var dropped && dropped % DropsPerLine == 1)
            {
                LogDropped(dropped);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The API server takes events and conditions too slowly: {Dropped} were dropped so far")]
    private partial void LogDropped(long dropped);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An event or condition could not be written: {Message}")]
    private partial void LogFailed(string message);
}
