namespace GpuScheduler.Simulation;

/// <summary>One policy over the workload with one seed.</summary>
public sealed record SimulationRun
{
    public required string Policy { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Pods that were tried.</summary>
    public required int Pods { get; init; }

    /// <summary>Pods that got a node.</summary>
    public required int Placed { get; init; }

    /// <summary>Pods that never did.</summary>
    public required int Failed { get; init; }

    /// <summary>GPU compute asked for by the end, percent of the cluster's.</summary>
    public required double ArrivedPercent { get; init => field = Rounded.Percent(value); }

    /// <summary>GPU compute that pods hold at the end, percent of the cluster's.</summary>
    public required double AllocatedPercent { get; init => field = Rounded.Percent(value); }

    /// <summary>Wall time of the run; null where timings are left out.</summary>
    public double? Seconds { get; init => field = value is { } s ? Rounded.Seconds(s) : null; }

    /// <summary>Pods tried per second of wall time.</summary>
    public double? PodsPerSecond => Seconds is > 0 ? Rounded.Rate(Pods / Seconds.Value) : null;

    /// <summary>The run at every whole percent of arrived load that it reached.</summary>
    public required IReadOnlyList<CurvePoint> Curve { get; init; }

    /// <summary>Why pods failed, the most frequent reason first.</summary>
    public required IReadOnlyList<FailureCount> Failures { get; init; }

    /// <summary>What is used of each node that has GPUs, at the end; empty where it was not asked for.</summary>
    public IReadOnlyList<NodeUsage> Nodes { get; init; } = [];

    /// <summary>What became of each pod, in the order in which they came; null where it was not asked for.</summary>
    public IReadOnlyList<PodOutcome>? Outcomes { get; init; }

    /// <summary>How well GPUs given together talk to each other; null where no pod holds several GPUs with known links.</summary>
    public BandwidthSummary? Bandwidth { get; init; }

    /// <summary>What became of the jobs; null where no pods come as gangs.</summary>
    public JobSummary? Jobs { get; init; }

    /// <summary>Waiting and use over time; null where only the order of arrivals counts.</summary>
    public QueueingSummary? Queueing { get; init; }
}
