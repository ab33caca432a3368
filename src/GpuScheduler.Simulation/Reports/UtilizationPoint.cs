namespace GpuScheduler.Simulation;

/// <summary>A stretch of a timed run, up to the next point.</summary>
public sealed record UtilizationPoint
{
    /// <summary>Start of the stretch, seconds of virtual time.</summary>
    public required double AtSeconds { get; init => field = Rounded.Seconds(value); }

    /// <summary>Allocated GPU compute averaged over the stretch, percent of the cluster's.</summary>
    public required double AllocatedPercent { get; init => field = Rounded.Percent(value); }
}
