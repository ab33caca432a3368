using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace GpuScheduler.Cluster;

/// <summary>
/// Turns Volcano's HyperNodes into levels. A node's domain at tier n is its highest HyperNode of a tier up to n: what may span tier n at most stays within that.
/// Patterns are matched in time linear in the name, as by Go, whose syntax they have; none can go on for ever.
/// </summary>
public static class HyperNodes
{
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(1);

    /// <param name="hyperNodes">All HyperNodes, in any order.</param>
    /// <param name="nodes">All nodes.</param>
    public static ObjectTopology ToTopology(IEnumerable<HyperNode> hyperNodes, IReadOnlyCollection<Node> nodes)
    {
        SortedDictionary<string, HyperNode> byName = new(StringComparer.Ordinal);
        List<string> problems = [];
        foreach (HyperNode item in hyperNodes)
        {
            byName[item.Name] = item;
            problems.AddRange(item.Problems.Select(p => $"HyperNode {item.Name}: {p}"));
        }

        if (byName.Count == 0)
        {
            return ObjectTopology.Empty;
        }

        Dictionary<string, HyperNode> parents = Parents(byName, problems);
        Dictionary<string, HyperNode> leaves = Leaves(byName, nodes, parents, problems);
        SortedSet<int> tiers = [.. byName.Values.Select(h => h.Tier)];
        Dictionary<int, SortedSet<string>> names = tiers.ToDictionary(
            t => t, t => new SortedSet<string>(byName.Values.Where(h => h.Tier == t && h.TierName.Length > 0).Select(h => h.TierName), StringComparer.Ordinal));
        Dictionary<string, Dictionary<string, string>> values = new(StringComparer.Ordinal);
        List<string> levels = [];
        foreach (int tier in tiers.Reverse())
        {
            string[] keys = [TopologyKeys.VolcanoTier(tier), .. names[tier].Select(TopologyKeys.VolcanoTierName)];
            levels.AddRange(keys.Except(levels));
            foreach ((string node, HyperNode leaf) in leaves)
            {
                if (Highest(leaf, tier, parents) is { } domain)
                {
                    foreach (string key in keys)
                    {
                        (values.TryGetValue(key, out Dictionary<string, string>? of) ? of : values[key] = new(StringComparer.Ordinal))[node] = domain.Name;
                    }
                }
            }
        }

        return new ObjectTopology(
            [.. levels], values.ToFrozenDictionary(v => v.Key, v => v.Value.ToFrozenDictionary(StringComparer.Ordinal), StringComparer.Ordinal), [.. problems]);
    }

    /// <summary>The HyperNode that each is a member of. Parents are of a higher tier than their members, so that there is no cycle.</summary>
    private static Dictionary<string, HyperNode> Parents(SortedDictionary<string, HyperNode> byName, List<string> problems)
    {
        Dictionary<string, HyperNode> parents = new(StringComparer.Ordinal);
        foreach (HyperNode parent in byName.Values)
        {
            foreach ((HyperNodeMember member, int index) in parent.Members.Select((m, i) => (m, i)).Where(m => !m.m.IsNode))
            {
                foreach (HyperNode child in Meant(parent, member, index, problems, byName, static (_, _) => false))
                {
                    if (child.Tier >= parent.Tier)
                    {
                        problems.Add(string.Create(CultureInfo.InvariantCulture, $"HyperNode {parent.Name}: spec.members[{index}]: {child.Name} is of tier {child.Tier}, and members of tier {parent.Tier} are of a lower one; correct one tier"));
                    }
                    else if (!parents.TryAdd(child.Name, parent) && parents[child.Name] != parent)
                    {
                        problems.Add($"HyperNode {parent.Name}: spec.members[{index}]: {child.Name} is a member of {parents[child.Name].Name} already, which counts; take it out of one");
                    }
                }

                if (member.Name is { } name && !byName.ContainsKey(name))
                {
                    problems.Add($"HyperNode {parent.Name}: spec.members[{index}]: there is no HyperNode {name}; create it, or remove the member");
                }
            }
        }

        return parents;
    }

    /// <summary>The lowest HyperNode that each node is in, by the node's name.</summary>
    private static Dictionary<string, HyperNode> Leaves(
        SortedDictionary<string, HyperNode> byName, IReadOnlyCollection<Node> nodes, Dictionary<string, HyperNode> parents, List<string> problems)
    {
        Dictionary<string, HyperNode> leaves = new(StringComparer.Ordinal);
        Dictionary<string, Node> nodesByName = nodes.ToDictionary(n => n.Name, StringComparer.Ordinal);
        foreach (HyperNode item in byName.Values.OrderBy(h => h.Tier).ThenBy(h => h.Name, StringComparer.Ordinal))
        {
            foreach ((HyperNodeMember member, int index) in item.Members.Select((m, i) => (m, i)).Where(m => m.m.IsNode))
            {
                foreach (Node node in Meant(item, member, index, problems, nodesByName, NodeSelectors.Matches))
                {
                    if (!leaves.TryAdd(node.Name, item) && !IsWithin(leaves[node.Name], item, parents))
                    {
                        problems.Add($"HyperNode {item.Name}: spec.members[{index}]: node {node.Name} is in {leaves[node.Name].Name} already, which counts; take it out of one");
                    }
                }
            }
        }

        return leaves;
    }

    /// <summary>What a member means; what can mean nothing is a problem.</summary>
    private static IEnumerable<T> Meant<T>(
        HyperNode of, HyperNodeMember member, int index, List<string> problems, IDictionary<string, T> byName, Func<NodeSelectorTerm, T, bool> hasLabels)
    {
        if (member.Name is { } name)
        {
            return byName.TryGetValue(name, out T? one) ? [one] : [];
        }

        if (member.Labels is { } labels)
        {
            return byName.Values.Where(item => hasLabels(labels, item));
        }

        if (member.Pattern is null)
        {
            return [];
        }

        try
        {
            Regex pattern = new(member.Pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MatchLimit);
            return [.. byName.Where(p => pattern.IsMatch(p.Key)).Select(p => p.Value)];
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or RegexMatchTimeoutException)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"HyperNode {of.Name}: spec.members[{index}].selector.regexMatch.pattern: \"{member.Pattern}\" is no pattern that can be matched ({e.Message}); write one in RE2's syntax, without look-around and back references"));
            return [];
        }
    }

    private static HyperNode? Highest(HyperNode leaf, int tier, Dictionary<string, HyperNode> parents)
    {
        HyperNode? highest = null;
        for (HyperNode? at = leaf; at is not null && at.Tier <= tier; at = parents.GetValueOrDefault(at.Name))
        {
            highest = at;
        }

        return highest;
    }

    private static bool IsWithin(HyperNode item, HyperNode other, Dictionary<string, HyperNode> parents)
    {
        for (HyperNode? at = item; at is not null; at = parents.GetValueOrDefault(at.Name))
        {
            if (at == other)
            {
                return true;
            }
        }

        return false;
    }
}
