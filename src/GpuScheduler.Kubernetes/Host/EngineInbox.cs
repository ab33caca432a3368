using System.Threading.Channels;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Work for the engine's thread, from any thread, in order. Not bounded: what waits here are references to objects that the watches hold
/// anyway, and outcomes of binds, of which there are only so many; a bound could let the engine and a binder wait for each other.
/// </summary>
internal sealed class EngineInbox : IDisposable
{
    private readonly Channel<Action> _work = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ITimer _alarm;

    public EngineInbox(TimeProvider time) =>
        _alarm = time.CreateTimer(_ => Post(static () => { }), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>How much waits.</summary>
    public int Count => _work.Reader.Count;

    public void Post(Action work) => _work.Writer.TryWrite(work);

    public bool TryTake(out Action? work) => _work.Reader.TryRead(out work);

    /// <summary>Waits for work, but not longer than <paramref name="limit"/>.</summary>
    public async ValueTask WaitAsync(TimeSpan limit, CancellationToken cancellation)
    {
        _alarm.Change(limit, Timeout.InfiniteTimeSpan);
        await _work.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false);
        _alarm.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _alarm.Dispose();
}
