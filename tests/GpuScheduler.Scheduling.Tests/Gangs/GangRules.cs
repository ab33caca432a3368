using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling.Tests;

/// <summary>What a placement of a gang must satisfy, straight from labels and counts: it shares no code with what places gangs.</summary>
internal static class GangRules
{
    /// <summary>The domain of a node on a level as text, all broader levels included where it is a level of the tree; null: it is in none.</summary>
    public static string? DomainOf(Node node, string key)
    {
        int level = GangCase.Levels.IndexOf(key);
        return key == TopologyLevels.Hostname ? node.Name
            : !node.Labels.TryGetValue(key, out string? value) ? null
            : level < 0 ? value
            : string.Join('/', GangCase.Levels.Keys.Take(level + 1).Select(k => node.Labels.GetValueOrDefault(k, "-")));
    }

    /// <summary>Number of the narrowest level of which one domain holds all nodes; -1: only the cluster does.</summary>
    public static int LevelOf(IReadOnlyCollection<Node> nodes)
    {
        for (int level = GangCase.Levels.Keys.Length - 1; level >= 0; level--)
        {
            if (IsTogether(nodes, GangCase.Levels.Keys[level]))
            {
                return level;
            }
        }

        return -1;
    }

    /// <summary>True where minimums are met and levels are kept.</summary>
    /// <param name="unit">The gang or a group of it.</param>
    /// <param name="nodesOf">Nodes of the pods of a group of pods, new and running.</param>
    public static bool Holds(GroupUnit unit, Func<GroupUnit, IReadOnlyList<Node>> nodesOf) => IsMet(unit, nodesOf) && Keeps(unit, nodesOf);

    public static List<Node> All(GroupUnit unit, Func<GroupUnit, IReadOnlyList<Node>> nodesOf) =>
        unit.Groups.IsEmpty ? [.. nodesOf(unit)] : [.. unit.Groups.SelectMany(g => All(g, nodesOf))];

    /// <summary>True where exclusive topology lets a pod onto a node: nobody of another group claims a domain there, nor is in one that the pod claims.</summary>
    public static bool MayJoin(Pod pod, Node node, IEnumerable<(Pod Pod, Node Node)> running) =>
        running.All(r => !Excludes(pod, node, r.Pod, r.Node) && !Excludes(r.Pod, r.Node, pod, node));

    private static bool Excludes(Pod by, Node at, Pod other, Node otherAt) => by.Gang?.Exclusive.Any(c =>
        by.Labels.TryGetValue(c.Label, out string? mine) && other.Labels.TryGetValue(c.Label, out string? its) && mine != its
        && (c.AllNamespaces || by.Namespace == other.Namespace)
        && DomainOf(at, c.Level) is { } domain && domain == DomainOf(otherAt, c.Level)) == true;

    private static bool IsMet(GroupUnit unit, Func<GroupUnit, IReadOnlyList<Node>> nodesOf) =>
        All(unit, nodesOf).Count >= unit.Group.MinPods
        && unit.Groups.Count(g => IsMet(g, nodesOf)) >= (unit.Group.MinGroups ?? unit.Groups.Length);

    /// <summary>True where levels are kept.</summary>
    public static bool Keeps(GroupUnit unit, Func<GroupUnit, IReadOnlyList<Node>> nodesOf)
    {
        List<Node> nodes = All(unit, nodesOf);
        if (unit.Group.RequiredLevel is { } required && nodes.Count > 0 && !IsTogether(nodes, required))
        {
            return false;
        }

        if (unit.Group.SpreadLevel is { } spread)
        {
            List<List<Node>> apart = unit.Groups.IsEmpty ? [.. nodes.Select(n => (List<Node>)[n])] : [.. unit.Groups.Select(g => All(g, nodesOf))];
            HashSet<string> domains = [];
            foreach (List<Node> part in apart.Where(p => p.Count > 0))
            {
                if (!IsTogether(part, spread) || !domains.Add(DomainOf(part[0], spread)!))
                {
                    return false;
                }
            }
        }

        foreach (GroupUnit part in unit.Groups)
        {
            List<Node> mine = All(part, nodesOf);
            if (!Keeps(part, nodesOf) || (mine.Count > RunningIn(part) && !IsMet(part, nodesOf)))
            {
                return false;
            }

            if (part.Group.SharedWith is { } name && part.Group.SharedLevel is { } level)
            {
                List<Node> its = All(unit.Groups.Single(g => g.Group.Name == name), nodesOf);
                if (mine.Count > 0 && its.Count > 0 && !IsTogether([.. mine, .. its], level))
                {
                    return false;
                }

                if ((mine.Count > 0 && !IsTogether(mine, level)) || (its.Count > 0 && !IsTogether(its, level)))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static int RunningIn(GroupUnit unit) => unit.AllMembers.Count(m => m.IsPlaced);

    private static bool IsTogether(IReadOnlyCollection<Node> nodes, string key)
    {
        List<string?> domains = [.. nodes.Select(n => DomainOf(n, key)).Distinct()];
        return domains.Count == 1 && domains[0] is not null;
    }
}
