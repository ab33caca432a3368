using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Writes events and conditions beside the engine, one after the other. Where the API server cannot keep up, the newest are dropped and counted:
/// an unschedulable pod is reported again at its next attempt.
/// </summary>
internal sealed partial class ApiReports : IApiReports, IAsyncDisposable
{
    private const int Waiting = 8192;

    /// <summary>One line of the log for so many reports that found no room.</summary>
    private const int DropsPerLine = 1000;

    private readonly Channel<Func<CancellationToken, Task>> _work = Channel.CreateBounded<Func<CancellationToken, Task>>(Waiting);
    private readonly EventRecorder _events;
    private readonly PodStatusWriter _statuses;
    private readonly Func<bool> _isLeader;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _working;
    private long _dropped;

    public ApiReports(EventRecorder events, PodStatusWriter statuses, Func<bool> isLeader, TimeProvider time, ILogger logger)
    {
        _time = time;
        _events = events;
        _statuses = statuses;
        _isLeader = isLeader;
        _logger = logger;
        _working = Task.Run(WorkAsync);
    }

    public void PodEvent(PodObject pod, bool isWarning, string reason, string action, string note) =>
        Post(new EventKey("Pod", pod.Pod.Namespace, pod.Pod.Name, pod.Pod.Uid, isWarning, reason, action, note));

    public void NodeEvent(NodeObject node, bool isWarning, string reason, string action, string note) =>
        Post(new EventKey("Node", "", node.Node.Name, node.Node.Uid, isWarning, reason, action, note));

    public void PodNotScheduled(PodRecord pod, string reason, string message, string nominatedNode) => Post(cancellation =>
        _statuses.WriteAsync(() => pod.State is PodState.Pending or PodState.Ignored ? pod.Latest : null, reason, message, nominatedNode, cancellation));

    /// <summary>Writes what waits, for a short while, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        _stop.CancelAfter(TimeSpan.FromSeconds(2));
        await _working.ConfigureAwait(false);
        _stop.Dispose();
    }

    private void Post(EventKey key) => Post(cancellation => _events.RecordAsync(key, cancellation));

    private void Post(Func<CancellationToken, Task> work)
    {
        // A standby sees the same things; one voice is enough.
        if (_isLeader() && !_work.Writer.TryWrite(work))
        {
            if (Interlocked.Increment(ref _dropped) is var dropped && dropped % DropsPerLine == 1)
            {
                LogDropped(dropped);
            }
        }
    }

    private async Task WorkAsync()
    {
        await foreach (Func<CancellationToken, Task> work in _work.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                await RequestLimit.RunAsync(
                    RequestLimit.Short, _time,
                    async limited =>
                    {
                        await work(limited).ConfigureAwait(false);
                        return true;
                    },
                    _stop.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                LogFailed(e.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The API server takes events and conditions too slowly: {Dropped} were dropped so far")]
    private partial void LogDropped(long dropped);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An event or condition could not be written: {Message}")]
    private partial void LogFailed(string message);
}
