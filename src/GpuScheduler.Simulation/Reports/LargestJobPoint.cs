namespace GpuScheduler.Simulation;

/// <summary>A stretch of a timed run, up to the next point.</summary>
public sealed record LargestJobPoint
{
    /// <summary>Start of the stretch, seconds of virtual time.</summary>
    public required double AtSeconds { get; init => field = Rounded.Seconds(value); }

    /// <summary>GPUs of the largest job of whole nodes that fits into one domain, averaged over the stretch.</summary>
    public required double Gpus { get; init => field = Rounded.Rate(value); }
}
