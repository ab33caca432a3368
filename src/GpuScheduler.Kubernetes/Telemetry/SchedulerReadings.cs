using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>What the scheduler holds at one instant; read for each scrape, so that it costs the scheduling thread nothing.</summary>
public sealed record SchedulerReadings
{
    /// <summary>This replica schedules; others stand by.</summary>
    public bool IsLeader { get; init; }

    public int ActivePods { get; init; }

    public int BackoffPods { get; init; }

    public int UnschedulablePods { get; init; }

    public int GatedPods { get; init; }

    /// <summary>Gangs that wait for nothing but room.</summary>
    public int GangsWithoutRoom { get; init; }

    /// <summary>Gangs whose pods wait for something else than room.</summary>
    public int IncompleteGangs { get; init; }

    /// <summary>Pods that are on a node, assumed ones included.</summary>
    public int Pods { get; init; }

    /// <summary>Pods whose Binding has not been confirmed by the watch.</summary>
    public int AssumedPods { get; init; }

    public ImmutableArray<WatchReading> Watches { get; init; } = [];

    /// <summary>Nodes and GPUs are read from it; null: none are reported.</summary>
    public Snapshot? Snapshot { get; init; }
}
