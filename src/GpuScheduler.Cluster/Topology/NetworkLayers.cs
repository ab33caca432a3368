using System.Collections.Frozen;
using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>Turns the layers of Koordinator's ClusterNetworkTopology into levels.</summary>
public static class NetworkLayers
{
    /// <param name="layers">All layers, in any order; of two of one name the first counts.</param>
    /// <param name="nodes">All nodes.</param>
    public static ObjectTopology ToTopology(IEnumerable<NetworkLayer> layers, IReadOnlyCollection<Node> nodes)
    {
        Dictionary<string, NetworkLayer> byName = new(StringComparer.Ordinal);
        foreach (NetworkLayer layer in layers)
        {
            byName.TryAdd(layer.Name, layer);
        }

        List<string> problems = [];
        List<(int Depth, string Key)> levels = [];
        Dictionary<string, FrozenDictionary<string, string>> values = new(StringComparer.Ordinal);
        foreach (NetworkLayer layer in byName.Values.OrderBy(l => l.Name, StringComparer.Ordinal))
        {
            if (TopologyKeys.KoordinatorLayer(layer.Name) is not { } key || key == TopologyLevels.Hostname)
            {
                continue;
            }

            if (Depth(layer, byName) is not { } depth)
            {
                problems.Add($"ClusterNetworkTopology: layer {layer.Name}: its parent layers lead back to itself; correct parentTopologyLayer");
                continue;
            }

            levels.Add((depth, key));
            values[key] = nodes.Select(n => (n.Name, Value: layer.LabelKeys.Select(k => n.Labels.GetValueOrDefault(k)).FirstOrDefault(v => v is not null)))
                .Where(n => n.Value is not null).ToFrozenDictionary(n => n.Name, n => n.Value!, StringComparer.Ordinal);
        }

        return new ObjectTopology([.. levels.Order().Select(l => l.Key)], values.ToFrozenDictionary(StringComparer.Ordinal), [.. problems]);
    }

    /// <summary>How many layers are above it; null: it is above itself.</summary>
    private static int? Depth(NetworkLayer layer, Dictionary<string, NetworkLayer> byName)
    {
        int depth = 0;
        for (NetworkLayer? at = layer; byName.TryGetValue(at.Parent, out at); depth++)
        {
            if (depth > byName.Count)
            {
                return null;
            }
        }

        return depth;
    }
}
