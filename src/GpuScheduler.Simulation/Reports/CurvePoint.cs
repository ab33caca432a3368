namespace GpuScheduler.Simulation;

/// <summary>A run when a whole percent of the cluster's GPU compute had been asked for.</summary>
public sealed record CurvePoint
{
    /// <summary>GPU compute asked for so far, percent of the cluster's.</summary>
    public required int ArrivedPercent { get; init; }

    /// <summary>GPU compute that pods hold, percent of the cluster's.</summary>
    public required double AllocatedPercent { get; init => field = Rounded.Percent(value); }

    /// <summary>Free GPU compute that the typical pods are expected not to be able to use, percent of the cluster's; null where it was not measured.</summary>
    public double? FragmentedPercent { get; init => field = value is { } p ? Rounded.Percent(p) : null; }

    /// <summary>Pods that failed so far.</summary>
    public required int FailedPods { get; init; }
}
