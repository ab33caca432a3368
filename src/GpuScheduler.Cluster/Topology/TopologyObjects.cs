using System.Collections.Frozen;
using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>All API objects that state levels or domains.</summary>
public sealed record TopologyObjects
{
    public static readonly TopologyObjects Empty = new();

    /// <summary>Topologies of KAI and Kueue: more levels of node labels.</summary>
    public ImmutableArray<NamedTopology> Named { get; init; } = [];

    /// <summary>Volcano's sets of nodes.</summary>
    public ImmutableArray<HyperNode> HyperNodes { get; init; } = [];

    /// <summary>Koordinator's layers.</summary>
    public ImmutableArray<NetworkLayer> Layers { get; init; } = [];

    /// <summary>The configured levels of node labels, and those that topologies add, in the order of their names.</summary>
    public TopologyLevels LabelLevels(TopologyLevels configured) =>
        Named.OrderBy(n => n.Name, StringComparer.Ordinal).ThenBy(n => n.Kind, StringComparer.Ordinal).Select(n => n.Levels).OfType<TopologyLevels>()
            .Aggregate(configured, (levels, more) => levels.With(more));

    /// <summary>The domains that HyperNodes and layers make of some nodes.</summary>
    public ObjectTopology On(IReadOnlyCollection<Node> nodes)
    {
        ObjectTopology hyper = Cluster.HyperNodes.ToTopology(HyperNodes, nodes);
        ObjectTopology layers = NetworkLayers.ToTopology(Layers, nodes);
        ImmutableArray<string> problems =
            [.. Named.SelectMany(n => n.Problems.Select(p => $"{n.Kind} {n.Name}: {p}")), .. hyper.Problems, .. layers.Problems];
        return new ObjectTopology(
            [.. hyper.Levels, .. layers.Levels], hyper.Values.Concat(layers.Values).ToFrozenDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal), problems);
    }
}
