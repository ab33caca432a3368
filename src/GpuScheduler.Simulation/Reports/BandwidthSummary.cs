namespace GpuScheduler.Simulation;

/// <summary>
/// How well the GPUs that pods got talk to each other: the slowest link of the best ring over them, over the pods that hold several whole GPUs of a node whose links
/// are known.
/// </summary>
public sealed record BandwidthSummary
{
    /// <summary>How many such pods were placed.</summary>
    public required int Pods { get; init; }

    /// <summary>Mean bandwidth, GB/s in both directions.</summary>
    public required double MeanGigabytesPerSecond { get; init => field = Rounded.Rate(value); }

    /// <summary>Mean of the bandwidth over the best that as many GPUs of an unused node of the kind have, percent.</summary>
    public required double MeanPercent { get; init => field = Rounded.Percent(value); }
}
