namespace GpuScheduler.Kubernetes;

/// <summary>Waits between tries of one request: 100 ms at first, twice as long each time.</summary>
internal static class RetryDelay
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits before the next try, or until <paramref name="cancellation"/>.</summary>
    /// <param name="attempt">Tries before the one that failed.</param>
    /// <param name="asked">For how long the server asks to wait; null: it does not say.</param>
    /// <param name="longest">No wait is longer than this, chance apart.</param>
    /// <param name="jitter">From 0 to 1: up to half of the wait comes on top, so that not all come back at once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the wait; nothing is thrown.</param>
    public static async Task WaitAsync(int attempt, TimeSpan? asked, TimeSpan longest, double jitter, TimeProvider time, CancellationToken cancellation)
    {
        TimeSpan wait = asked ?? First * (1 << Math.Min(attempt, 10));
        wait = (wait < longest ? wait : longest) * (1 + (0.5 * jitter));
        await Task.Delay(wait, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
