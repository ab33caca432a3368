namespace GpuScheduler.Simulation;

/// <summary>What a timed run adds: how long pods waited, and how the GPUs were used over time. All times are virtual.</summary>
public sealed record QueueingSummary
{
    /// <summary>From the arrival of a pod to its placement, over the placed pods.</summary>
    public required WaitingTime Waiting { get; init; }

    /// <summary>From the start to the last event.</summary>
    public required double MakespanSeconds { get; init => field = Rounded.Seconds(value); }

    /// <summary>Allocated GPU compute averaged over the makespan, percent of the cluster's.</summary>
    public required double MeanAllocatedPercent { get; init => field = Rounded.Percent(value); }

    /// <summary>Attempts that failed; a pod that waits may fail several times.</summary>
    public required int FailedAttempts { get; init; }

    /// <summary>Pods that were evicted for others of higher priority, and came back.</summary>
    public int Evictions { get; init; }

    /// <summary>Allocated GPU compute over time.</summary>
    public required IReadOnlyList<UtilizationPoint> Utilization { get; init; }
}
