namespace GpuScheduler.Cluster;

/// <summary>What there is and what is used of a resource, lane by lane, and how much more is asked for.</summary>
/// <param name="capacity">What there is; none negative.</param>
/// <param name="used">What is used; none negative.</param>
/// <param name="amount">What is asked for; not negative.</param>
public readonly ref struct ResourceRoom(ReadOnlySpan<long> capacity, ReadOnlySpan<long> used, long amount)
{
    public ReadOnlySpan<long> Capacity { get; } = capacity;

    public ReadOnlySpan<long> Used { get; } = used;

    public long Amount { get; } = amount;
}
