namespace GpuScheduler.Simulation;

/// <summary>The pods that come to the cluster.</summary>
public sealed record WorkloadSummary
{
    /// <summary>Where the workload is from.</summary>
    public required string Name { get; init; }

    /// <summary>True: pods come at their times, wait while they do not fit, and leave. False: each is tried once, in order.</summary>
    public required bool Timed { get; init; }

    /// <summary>Pods that come.</summary>
    public required int Pods { get; init; }

    /// <summary>Pods that ask for no GPU.</summary>
    public required int CpuOnlyPods { get; init; }

    /// <summary>Pods that ask for a share of one or more GPUs.</summary>
    public required int SharePods { get; init; }

    /// <summary>Pods that ask for one whole GPU.</summary>
    public required int WholePods { get; init; }

    /// <summary>Pods that ask for several whole GPUs.</summary>
    public required int MultiPods { get; init; }

    /// <summary>Pods that ask for GPUs.</summary>
    public int GpuPods => SharePods + WholePods + MultiPods;

    /// <summary>Pods that hold their nodes before the first one comes.</summary>
    public int BoundPods { get; init; }

    /// <summary>GPU compute that all pods ask for, milli.</summary>
    public required long GpuMilli { get; init; }

    /// <summary>How many pods of the workload are of a kind.</summary>
    public int PodsOf(RequestKind kind) => kind switch
    {
        RequestKind.CpuOnly => CpuOnlyPods,
        RequestKind.Share => SharePods,
        RequestKind.Whole => WholePods,
        _ => MultiPods,
    };
}
