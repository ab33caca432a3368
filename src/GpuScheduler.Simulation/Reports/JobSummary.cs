namespace GpuScheduler.Simulation;

/// <summary>What became of the jobs of a run: the gangs, whose pods are placed together or not at all.</summary>
public sealed record JobSummary
{
    /// <summary>Jobs that came.</summary>
    public required int Jobs { get; init; }

    /// <summary>Jobs of which at least the minimum got places.</summary>
    public required int Placed { get; init; }

    /// <summary>Jobs that never got them.</summary>
    public int Failed => Jobs - Placed;

    /// <summary>Placed jobs that span several domains of the narrowest level on which one domain, were it empty, would hold them.</summary>
    public required int CrossDomain { get; init; }

    /// <summary>From the arrival of a job's first pod to the placement of its minimum, over the placed jobs; null where only the order counts.</summary>
    public WaitingTime? Waiting { get; init; }

    /// <summary>The same waiting times: that which 0, 1, …, 100 percent of the placed jobs did not exceed, seconds; empty where only the order counts.</summary>
    public IReadOnlyList<double> WaitPercentiles { get; init; } = [];

    /// <summary>Of their nodes; null where the workload states no bandwidths, or no job is on several nodes.</summary>
    public JobBandwidthSummary? Bandwidth { get; init; }

    /// <summary>The levels of the topology, from broad to narrow.</summary>
    public required IReadOnlyList<DomainLevelSummary> Levels { get; init; }

    /// <summary>Who held what when pods held the most.</summary>
    public JobMap? Fullest { get; init; }

    /// <summary>The percentiles, of nearest rank.</summary>
    internal static IReadOnlyList<double> PercentilesOf(IEnumerable<TimeSpan> waits)
    {
        double[] sorted = [.. waits.Select(w => w.TotalSeconds).Order()];
        return sorted.Length == 0 ? [] : [.. Enumerable.Range(0, 101).Select(p => Rounded.Seconds(sorted[Math.Max(0, (((sorted.Length * p) + 99) / 100) - 1)]))];
    }
}
