namespace GpuScheduler.Kubernetes;

/// <summary>A time in which this replica leads.</summary>
/// <param name="IsCurrent">False once the lease may have run out; asked against the clock, so that a process that slept knows at once.</param>
/// <param name="Ended">Cancelled when the term ends: requests under way are cancelled too.</param>
internal sealed record LeaderTerm(Func<bool> IsCurrent, CancellationToken Ended)
{
    /// <summary>The process alone schedules, without a lease.</summary>
    public static LeaderTerm WithoutLease(CancellationToken ended) => new(() => true, ended);

    public bool IsValid => !Ended.IsCancellationRequested && IsCurrent();
}
