using System.Collections.Frozen;

namespace GpuScheduler.Cluster;

/// <summary>
/// Domains that API objects state rather than node labels (Volcano HyperNodes): by level key and node name, the domain's name. Never changes; another one
/// takes its place. Where it has a value, that counts before the node's label.
/// </summary>
/// <param name="values">By level key, the domain of each node, by the node's name.</param>
public sealed class TopologyOverlay(FrozenDictionary<string, FrozenDictionary<string, string>> values)
{
    public static readonly TopologyOverlay Empty = new(FrozenDictionary<string, FrozenDictionary<string, string>>.Empty);

    /// <summary>The keys it knows.</summary>
    public IReadOnlyCollection<string> Keys => values.Keys;

    /// <summary>The domain of a node at a level; null where it is in none.</summary>
    public string? ValueOf(string key, Node node) =>
        values.TryGetValue(key, out FrozenDictionary<string, string>? nodes) && nodes.TryGetValue(node.Name, out string? value)
            ? value
            : node.Labels.GetValueOrDefault(key);
}
