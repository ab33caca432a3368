using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>What gangs hold in a state, group by group: what must be evicted together, and how many pods a group can lose.</summary>
internal sealed class GangStandings
{
    /// <summary>Parents of parents that are followed; a longer chain is a cycle.</summary>
    private const int MaxDepth = 8;

    private readonly Func<GangKey, GangObject?> _find;
    private readonly Dictionary<(GangKey Gang, string Group), GroupStanding> _groups = [];
    private readonly Dictionary<GangMembership, GroupStanding[]> _paths = [];

    /// <param name="view">The state.</param>
    /// <param name="find">The object that states a gang; null: none is known.</param>
    public GangStandings(ClusterView view, Func<GangKey, GangObject?> find)
    {
        _find = find;
        for (int b = 0; b < view.Blocks.Length; b++)
        {
            foreach (int lane in new Lanes(view.Blocks[b].Nodes.Present))
            {
                foreach (Placement placement in view.Blocks[b].PlacementsOn(lane))
                {
                    foreach (GroupStanding group in GroupsOf(placement.Pod))
                    {
                        group.Members.Add(new Victim((b * Block.Size) + lane, placement));
                    }
                }
            }
        }
    }

    /// <summary>The groups that a pod belongs to, from its own to the whole gang; empty: it stands alone.</summary>
    public GroupStanding[] GroupsOf(Pod pod)
    {
        if (pod.Gang is not { } membership)
        {
            return [];
        }

        if (!_paths.TryGetValue(membership, out GroupStanding[]? path))
        {
            _paths.Add(membership, path = PathOf(membership));
        }

        return path;
    }

    private GroupStanding[] PathOf(GangMembership membership)
    {
        List<GroupStanding> path = [];
        GangObject? gang = _find(membership.Gang) ?? membership.Implied;
        string group = membership.Group;
        for (int depth = 0; gang is not null && depth < MaxDepth; depth++)
        {
            GangObject current = gang;
            List<GangGroup> within = [];
            if (!TryFind(current.Group, group, within))
            {
                within.Add(current.Group);
            }

            path.AddRange(within.Select(g => StandingOf(current.Key, g)));
            group = "";
            gang = current.Parent is { } parent ? _find(parent) : null;
        }

        return [.. path];
    }

    /// <summary>Adds the group of this name and those around it, the innermost first.</summary>
    private static bool TryFind(GangGroup group, string name, List<GangGroup> path)
    {
        if (group.Name == name || group.Groups.Any(g => TryFind(g, name, path)))
        {
            path.Add(group);
            return true;
        }

        return false;
    }

    private GroupStanding StandingOf(GangKey gang, GangGroup group)
    {
        if (!_groups.TryGetValue((gang, group.Name), out GroupStanding? standing))
        {
            _groups.Add((gang, group.Name), standing = new GroupStanding(group));
        }

        return standing;
    }
}
