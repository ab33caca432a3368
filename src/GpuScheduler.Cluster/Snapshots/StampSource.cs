namespace GpuScheduler.Cluster;

/// <summary>Numbers every state of every block of a cluster, across all drafts; shared by whoever writes.</summary>
internal sealed class StampSource
{
    private long _last;

    public long Next() => Interlocked.Increment(ref _last);
}
