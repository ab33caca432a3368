namespace GpuScheduler.Simulation;

/// <summary>
/// How well the nodes of jobs talk to each other: the slowest link of a ring over each one's nodes, by the bandwidths that the workload states for domains, over the
/// placed jobs that are on several nodes.
/// </summary>
public sealed record JobBandwidthSummary
{
    /// <summary>How many such jobs were placed.</summary>
    public required int Jobs { get; init; }

    /// <summary>Mean bandwidth, GB/s a GPU in both directions.</summary>
    public required double MeanGigabytesPerSecond { get; init => field = Rounded.Rate(value); }

    /// <summary>Mean of the bandwidth over that within the narrowest domain that would hold the job if it were empty, percent.</summary>
    public required double MeanPercent { get; init => field = Rounded.Percent(value); }

    internal static JobBandwidthSummary? Of(IReadOnlyList<(int Given, int Best)> bandwidths) => bandwidths.Count == 0 ? null : new JobBandwidthSummary
    {
        Jobs = bandwidths.Count,
        MeanGigabytesPerSecond = bandwidths.Average(b => b.Given),
        MeanPercent = 100 * bandwidths.Average(b => Math.Min(1, (double)b.Given / b.Best)),
    };
}
