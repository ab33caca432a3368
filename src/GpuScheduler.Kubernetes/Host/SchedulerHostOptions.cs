using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes;

/// <summary>How a <see cref="SchedulerHost"/> works.</summary>
public sealed record SchedulerHostOptions
{
    /// <summary>One for each <c>schedulerName</c> that is served.</summary>
    public required ImmutableArray<Profile> Profiles { get; init; }

    /// <summary>The state; this host's engine is its writer.</summary>
    public required ClusterWriter Cluster { get; init; }

    public QueueOptions Queue { get; init; } = new();

    /// <summary>Device shapes that nodes may name.</summary>
    public ShapeCatalog Shapes { get; init; } = ShapeCatalog.BuiltIn;

    public LeaderElectionConfiguration LeaderElection { get; init; } = new();

    /// <summary>Names this replica, on the Lease and in events; different in each process.</summary>
    public required string Identity { get; init; }

    /// <summary>No decision is made on a view that is older than this.</summary>
    public TimeSpan FreshnessLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Time between two audits of the model against the API.</summary>
    public TimeSpan AuditInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long binds under way may take once the host is told to stop.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The engine must turn at least so often, or liveness fails.</summary>
    public TimeSpan TurnLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How objects are listed and watched.</summary>
    public ReflectorOptions Watching { get; init; } = new();

    /// <summary>The configuration in force, for the debug port.</summary>
    public string Configuration { get; init; } = "";

    /// <summary>Told of the class of each pod that comes to be scheduled, on the engine's thread.</summary>
    public Action<PodClass>? Arrived { get; init; }

    /// <summary>Told of the class of each bound pod that ends, on the engine's thread.</summary>
    public Action<PodClass>? Left { get; init; }

    /// <summary>Up to so many threads look at nodes, where there are many to look at.</summary>
    public int Parallelism { get; init; } = 1;

    public ISchedulerMetrics Metrics { get; init; } = NoSchedulerMetrics.Instance;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Seeds what is drawn by lot: the jitter of retries.</summary>
    public int Seed { get; init; }
}
