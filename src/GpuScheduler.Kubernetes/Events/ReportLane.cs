using System.Threading.Channels;

namespace GpuScheduler.Kubernetes;

/// <summary>Writes reports one after the other, in the order in which they came.</summary>
internal sealed class ReportLane : IAsyncDisposable
{
    private const int Waiting = 1024;

    /// <summary>How long what waits is still written once the lane is told to end.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private readonly Channel<Func<EventRecorder, CancellationToken, Task>> _work = Channel.CreateBounded<Func<EventRecorder, CancellationToken, Task>>(Waiting);
    private readonly EventRecorder _events;
    private readonly TimeProvider _time;
    private readonly Action<string> _failed;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _working;

    /// <param name="events">This lane's own.</param>
    /// <param name="time">The clock of limits.</param>
    /// <param name="failed">Told of each report that could not be written.</param>
    public ReportLane(EventRecorder events, TimeProvider time, Action<string> failed)
    {
        _events = events;
        _time = time;
        _failed = failed;
        _working = Task.Run(WorkAsync);
    }

    /// <summary>False where there is no room.</summary>
    public bool TryPost(Func<EventRecorder, CancellationToken, Task> report) => _work.Writer.TryWrite(report);

    /// <summary>Writes what waits, for a short while, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        _stop.CancelAfter(Rest);
        await _working.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        await foreach (Func<EventRecorder, CancellationToken, Task> report in _work.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                await RequestLimit.RunAsync(
                    RequestLimit.Short, _time,
                    async limited =>
                    {
                        await report(_events, limited).ConfigureAwait(false);
                        return true;
                    },
                    _stop.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                _failed(e.Message);
            }
        }
    }
}
