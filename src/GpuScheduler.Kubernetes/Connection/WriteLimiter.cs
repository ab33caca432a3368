namespace GpuScheduler.Kubernetes;

/// <summary>A token bucket: so many requests a second in the long run, and a burst after a pause. Any thread.</summary>
public sealed class WriteLimiter
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly TimeSpan _credit;
    private readonly long _start;
    private readonly Lock _lock = new();

    /// <summary>When, since the start, the bucket is full again.</summary>
    private TimeSpan _full;

    /// <param name="qps">Requests a second; zero or less: no limit.</param>
    /// <param name="burst">Requests at once; at least 1.</param>
    /// <param name="time">The clock.</param>
    public WriteLimiter(double qps, int burst, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(burst, 1);
        _time = time;
        _interval = qps > 0 ? TimeSpan.FromSeconds(1 / qps) : TimeSpan.Zero;
        _credit = _interval * (burst - 1);
        _start = time.GetTimestamp();
    }

    /// <summary>Returns when the next request may be sent, in the order of the calls.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellation)
    {
        TimeSpan delay;
        lock (_lock)
        {
            TimeSpan now = _time.GetElapsedTime(_start);
            _full = (_full > now ? _full : now) + _interval;
            delay = _full - _interval - _credit - now;
        }

        if (delay <= TimeSpan.Zero)
        {
            return;
        }

        try
        {
            await Task.Delay(delay, _time, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It was not used.
            lock (_lock)
            {
                _full -= _interval;
            }

            throw;
        }
    }
}
