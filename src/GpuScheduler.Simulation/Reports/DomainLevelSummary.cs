namespace GpuScheduler.Simulation;

/// <summary>A level of the topology in one run.</summary>
public sealed record DomainLevelSummary
{
    /// <summary>Its node label key.</summary>
    public required string Level { get; init; }

    /// <summary>How many domains it has.</summary>
    public required int Domains { get; init; }

    /// <summary>Placed jobs that are not in one domain of it.</summary>
    public required int Crossing { get; init; }

    /// <summary>
    /// GPUs of the largest job of whole nodes that still fits into one domain, mean over the time in which pods come; null where only the order counts.
    /// </summary>
    public double? MeanLargestGpus { get; init => field = value is { } v ? Rounded.Rate(v) : null; }

    /// <summary>The same over time; empty where only the order counts.</summary>
    public IReadOnlyList<LargestJobPoint> Largest { get; init; } = [];
}
