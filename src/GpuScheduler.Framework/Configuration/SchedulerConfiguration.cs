using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>
/// A <c>KubeSchedulerConfiguration</c> of <c>kubescheduler.config.k8s.io/v1</c>: complete, valid, its profiles expanded.
/// The defaults are kube-scheduler's.
/// </summary>
public sealed record SchedulerConfiguration
{
    public const string ApiVersion = "kubescheduler.config.k8s.io/v1";

    public const string Kind = "KubeSchedulerConfiguration";

    /// <summary>Up to so many threads look at nodes, at most one a processor, and one where few nodes are to be looked at.</summary>
    public int Parallelism { get; init; } = 16;

    public LeaderElectionConfiguration LeaderElection { get; init; } = new();

    public ClientConnectionConfiguration ClientConnection { get; init; } = new();

    public bool EnableProfiling { get; init; } = true;

    public bool EnableContentionProfiling { get; init; } = true;

    /// <summary>Accepted for compatibility: every node is considered for every pod, whatever it says.</summary>
    public int PercentageOfNodesToScore { get; init; }

    public long PodInitialBackoffSeconds { get; init; } = 1;

    public long PodMaxBackoffSeconds { get; init; } = 10;

    public bool DelayCacheUntilActive { get; init; }

    /// <summary>At least one, each with its own scheduler name.</summary>
    public ImmutableArray<ProfileConfiguration> Profiles { get; init; } = [];

    public ImmutableArray<ExtenderConfiguration> Extenders { get; init; } = [];

    /// <summary>Device shapes that nodes may name besides the built-in ones. Ours; kube-scheduler has no such field.</summary>
    public ImmutableArray<NamedShape> DeviceShapes { get; init; } = [];
}
