using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>A cluster, and the pods that come to it.</summary>
public sealed record Workload
{
    /// <summary>Where it is from, for headings.</summary>
    public required string Name { get; init; }

    public required ImmutableArray<Node> Nodes { get; init; }

    /// <summary>Pods that hold their nodes before the first arrival.</summary>
    public ImmutableArray<Pod> BoundPods { get; init; } = [];

    /// <summary>How many of some pods may be evicted.</summary>
    public ImmutableArray<DisruptionBudget> Budgets { get; init; } = [];

    /// <summary>The pods in the order in which they come.</summary>
    public required ImmutableArray<Arrival> Arrivals { get; init; }

    /// <summary>The objects that state the gangs among them.</summary>
    public ImmutableArray<GangObject> Gangs { get; init; } = [];

    /// <summary>The objects that state levels and domains beside node labels.</summary>
    public TopologyObjects Topology { get; init; } = TopologyObjects.Empty;

    /// <summary>How fast nodes talk to each other; null: nobody said.</summary>
    public NetworkBandwidths? Network { get; init; }

    /// <summary>True where some pods come as gangs.</summary>
    public bool HasGangs => Arrivals.Any(a => a.Pod.Gang is not null);

    /// <summary>
    /// The population that arrivals are drawn from, as a policy may know it beforehand (a trace's whole pod list, a generator's mix);
    /// empty where nothing is known.
    /// </summary>
    public ImmutableArray<PodSpec> Population { get; init; } = [];

    /// <summary>
    /// True: arrivals have times, pods leave, and what does not fit waits in the queue. False: each pod is tried once, in order,
    /// and one that does not fit is lost.
    /// </summary>
    public bool IsTimed { get; init; }

    /// <summary>What of the input was left out or simplified, a sentence each.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}
