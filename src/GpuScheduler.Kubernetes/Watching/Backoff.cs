namespace GpuScheduler.Kubernetes;

/// <summary>Waiting times that double from failure to failure, each cut by chance to between half and all of itself.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan max, Random random)
{
    private TimeSpan? _next;

    public TimeSpan Next()
    {
        TimeSpan full = _next ?? first;
        _next = full * 2 < max ? full * 2 : max;
        return full * (0.5 + (random.NextDouble() / 2));
    }

    public void Reset() => _next = null;
}
