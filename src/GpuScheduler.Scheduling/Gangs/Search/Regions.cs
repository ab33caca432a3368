using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>The nodes that parts of a gang may be confined to, by level, and which of them to try first.</summary>
internal sealed class Regions(GangSearch search, DomainTree tree, TopologyOverlay overlay, ClusterView state)
{
    private readonly DomainIds _domains = new(tree, overlay, state);

    /// <inheritdoc cref="DomainIds.Of"/>
    public int[] IdsOf(string key) => _domains.Of(key);

    /// <inheritdoc cref="DomainIds.NameOf"/>
    public string NameOf(string key, int id) => _domains.NameOf(key, id);

    /// <summary>The domains of a level inside a region, each with its number.</summary>
    public List<(Region Region, int Id)> Split(Region region, string key)
    {
        int[] ids = IdsOf(key);
        List<(Region, int)> parts = [];
        if (tree.Levels.IndexOf(key) >= 0)
        {
            // Nodes stand in the order of the tree: each domain is a stretch.
            for (int at = region.First; at < region.Last;)
            {
                int id = ids[region.Array[at]], first = at;
                while (at < region.Last && ids[region.Array[at]] == id)
                {
                    at++;
                }

                if (id >= 0)
                {
                    parts.Add((new Region(region.Array, first, at), id));
                }
            }

            return parts;
        }

        SortedDictionary<int, List<int>> byId = [];
        foreach (int node in region.Nodes)
        {
            if (ids[node] >= 0)
            {
                (byId.TryGetValue(ids[node], out List<int>? known) ? known : byId[ids[node]] = []).Add(node);
            }
        }

        foreach ((int id, List<int> nodes) in byId)
        {
            parts.Add((new Region([.. nodes], 0, nodes.Count), id));
        }

        return parts;
    }

    /// <summary>Where a part may go, in the order in which to try: every way to satisfy its levels, the tightest fit first.</summary>
    public List<(Region Region, Pin[] Pins)> For(SearchPart part, Region within)
    {
        List<(Region Region, Pin[] Pins)> ways = [(within, [])];
        foreach (string key in part.PinnedLevels)
        {
            List<(Region, Pin[])> narrower = [];
            foreach ((Region region, Pin[] pins) in ways)
            {
                foreach ((Region inner, int id) in Split(region, key))
                {
                    if (Allows(part, key, id) && search.HasRoom(part, inner) && search.IsOfUse(part, inner))
                    {
                        narrower.Add((inner, [.. pins, new Pin(key, id)]));
                    }
                }
            }

            ways = narrower;
        }

        Sort(part, ways);
        if (part.Group.PreferredLevel is not { } preferred)
        {
            return ways;
        }

        // The preferred level, then broader ones, then all that is allowed.
        List<(Region, Pin[])> preferring = [];
        foreach (string key in From(preferred))
        {
            List<(Region, Pin[])> closer = [];
            foreach ((Region region, Pin[] pins) in ways)
            {
                foreach ((Region inner, int id) in Split(region, key))
                {
                    if (inner.Length < region.Length && IsWhere(part.Running, key, id) && search.HasRoom(part, inner))
                    {
                        closer.Add((inner, pins));
                    }
                }
            }

            Sort(part, closer);
            preferring.AddRange(closer);
        }

        return [.. preferring, .. ways];
    }

    /// <summary>A level and those broader than it, which is all that is known of a key that is no level.</summary>
    public IEnumerable<string> From(string key) =>
        tree.Levels.IndexOf(key) is >= 0 and int level ? tree.Levels.Keys.Take(level + 1).Reverse().Where(Exists) : [key];

    /// <summary>True where some node is in a domain of the level.</summary>
    public bool Exists(string key) => tree.Levels.IndexOf(key) is >= 0 and int level && key != TopologyLevels.Hostname
        ? tree.DomainsOf(level).Length > 0
        : IdsOf(key).Any(id => id >= 0);

    /// <summary>True where pods that run already, if any, are all in that domain.</summary>
    public bool IsWhere(int[] running, string key, int id)
    {
        int[] ids = IdsOf(key);
        return Array.TrueForAll(running, n => ids[n] == id);
    }

    private void Sort(SearchPart part, List<(Region Region, Pin[] Pins)> ways)
    {
        if (ways.Count > 1)
        {
            (Region, Pin[])[] sorted = [.. ways.Select(w => (Way: w, Rank: search.RankOf(part, w.Region))).OrderBy(w => w.Rank).Select(w => w.Way)];
            ways.Clear();
            ways.AddRange(sorted);
        }
    }

    private bool Allows(SearchPart part, string key, int id)
    {
        if (!IsWhere(part.Running, key, id))
        {
            return false;
        }

        if (part.Parent!.Group.SpreadLevel == key)
        {
            int[] ids = IdsOf(key);
            foreach (SearchPart other in part.Parent.Parts)
            {
                if (!ReferenceEquals(other, part) && (IsPinned(other, key, id) || Array.Exists(other.Running, n => ids[n] == id)))
                {
                    return false;
                }
            }
        }

        foreach ((SearchPart with, string level) in part.Shares)
        {
            if (level == key && ((with.IsEntered && !IsPinned(with, key, id)) || !IsWhere(with.Running, key, id)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPinned(SearchPart part, string key, int id) =>
        part.IsEntered && Array.Exists(part.Pins, p => p.Level == key && p.Domain == id);
}
