namespace GpuScheduler.Framework;

/// <summary>How replicas agree on who schedules: a Lease that one of them holds.</summary>
public sealed record LeaderElectionConfiguration
{
    public bool LeaderElect { get; init; } = true;

    /// <summary>How long others wait after the last renewal before they take the lease.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the leader tries to renew before it gives up.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Only <c>leases</c> exists.</summary>
    public string ResourceLock { get; init; } = "leases";

    public string ResourceName { get; init; } = "kube-scheduler";

    public string ResourceNamespace { get; init; } = "kube-system";
}
