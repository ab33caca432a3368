using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>Where a workload comes from: a trace, a dump of a cluster, or a scenario. Nothing at all means <see cref="ScenarioCatalog.Default"/>.</summary>
public sealed record WorkloadSource
{
    public const string NodesOption = "--nodes";

    public const string PodsOption = "--pods";

    public const string OrderOption = "--order";

    public const string ClusterOption = "--cluster";

    public const string ScenarioOption = "--scenario";

    public const string TimedOption = "--timed";

    /// <summary>A trace's nodes; goes with <see cref="PodsPath"/>. Both may also be manifests.</summary>
    public string? NodesPath { get; init; }

    /// <summary>A trace's pods.</summary>
    public string? PodsPath { get; init; }

    /// <summary>The order in which a trace's pods come; null: that of their list.</summary>
    public string? OrderPath { get; init; }

    /// <summary>Dumps (<c>kubectl get nodes,pods -A -o yaml</c>) and manifests; together they are the cluster.</summary>
    public ImmutableArray<string> ClusterPaths { get; init; } = [];

    /// <summary>A name of <see cref="ScenarioCatalog"/>, or the path of a file of kind <c>SimulationScenario</c>.</summary>
    public string? Scenario { get; init; }

    /// <summary>A trace's pods come and leave at the trace's times.</summary>
    public bool Timed { get; init; }

    /// <summary>Instead of a scenario's own seed.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Device shapes that nodes and scenarios may name.</summary>
    public ShapeCatalog Shapes { get; init; } = ShapeCatalog.BuiltIn;

    /// <summary>The scheduler that pods name.</summary>
    public string SchedulerName { get; init; } = ProfileConfiguration.DefaultSchedulerName;

    /// <summary>Of a dump only the pending pods that name <see cref="SchedulerName"/> come; false: all come, as if they named it.</summary>
    public bool OwnPodsOnly { get; init; }
}
