using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>The domains of a state by number, on any level: also by keys that are no level of the tree, which part the nodes by their values.</summary>
internal sealed class DomainIds(DomainTree tree, TopologyOverlay overlay, ClusterView state)
{
    private readonly Dictionary<string, int[]> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _names = new(StringComparer.Ordinal);

    /// <summary>The domain that each node is in on a level, as a number; -1: in none.</summary>
    public int[] Of(string key)
    {
        if (_ids.TryGetValue(key, out int[]? ids))
        {
            return ids;
        }

        ids = new int[state.Blocks.Length * Block.Size];
        Array.Fill(ids, -1);
        int level = tree.Levels.IndexOf(key);
        List<string> names = [];
        Dictionary<string, int> known = new(StringComparer.Ordinal);
        foreach (int node in tree.Nodes)
        {
            if (key == TopologyLevels.Hostname)
            {
                ids[node] = node;
            }
            else if (level >= 0)
            {
                ids[node] = tree.DomainAt(node, level);
            }
            else if (overlay.ValueOf(key, state.NodeAt(node)) is { } value)
            {
                if (!known.TryGetValue(value, out int id))
                {
                    known.Add(value, id = names.Count);
                    names.Add(value);
                }

                ids[node] = id;
            }
        }

        _names[key] = names;
        return _ids[key] = ids;
    }

    /// <summary>A domain as people call it.</summary>
    public string NameOf(string key, int id) => key == TopologyLevels.Hostname ? state.NodeAt(id).Name
        : tree.Levels.IndexOf(key) >= 0 ? tree.PathOf(id)
        : _names[key][id];
}
