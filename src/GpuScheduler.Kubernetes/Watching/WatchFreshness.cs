namespace GpuScheduler.Kubernetes;

/// <summary>When a watch's view was last proved current: by an event, a bookmark, a complete list, or a watch that ended in order at its time.</summary>
public sealed class WatchFreshness(TimeProvider time)
{
    private const long Never = long.MinValue;

    private long _proved = Never;
    private long _listed = Never;

    /// <summary>Since the last proof; null until the first complete list has been told. Any thread.</summary>
    public TimeSpan? Age => Volatile.Read(ref _proved) is var at && at == Never ? null : time.GetElapsedTime(at);

    /// <summary>True where a complete list has been told whose request was sent at this timestamp or later. Any thread.</summary>
    public bool IsListedSince(long timestamp) => Volatile.Read(ref _listed) >= timestamp;

    /// <summary>A complete list, of a request sent at this timestamp, has been told.</summary>
    internal void Listed(long timestamp)
    {
        Volatile.Write(ref _listed, timestamp);
        Prove(timestamp);
    }

    /// <summary>The view was current at this timestamp. An older one than the last changes nothing.</summary>
    internal void Prove(long timestamp) => Volatile.Write(ref _proved, Math.Max(_proved, timestamp));
}
