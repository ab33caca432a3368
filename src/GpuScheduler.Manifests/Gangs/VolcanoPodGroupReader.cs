using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>
/// Volcano's PodGroup (v1beta1): a minimum in all, minimums by role, and policies that make sub-groups of pods by their labels. A pod that no role or policy
/// takes is in the group without a name.
/// </summary>
internal sealed class VolcanoPodGroupReader : IGangReader
{
    public string ApiGroup => "scheduling.volcano.sh";

    public string Kind => "PodGroup";

    public GangObject Read(GangDocument document)
    {
        MapReader spec = document.Spec;
        ImmutableArray<GangGroup> policies = [.. spec.Maps("subGroupPolicy").Select(Policy)];
        if (policies.Select(g => g.Name).Distinct(StringComparer.Ordinal).Count() < policies.Length)
        {
            spec.Error("subGroupPolicy", "has two policies of one name; rename one");
        }

        // Volcano's job controller writes both; where there are policies, they count.
        ImmutableArray<GangGroup> groups = policies.IsEmpty ? [.. Roles(spec)] : policies;
        GangGroup root = new()
        {
            MinPods = Math.Max(GangDocument.Count(spec, "minMember", 0) ?? 0, GangGroup.LeastPods(groups, null)),
            Groups = groups.IsEmpty ? [] : [.. groups, new GangGroup { Disruption = DisruptionMode.WholeGroup }],
            RequiredLevel = Topology(spec),
            Disruption = DisruptionMode.WholeGroup,
        };
        return document.ToGang(GangKinds.Volcano, root) with { Queue = spec.String("queue", "default"), HasStarted = document.IsPhase("Running", "Unknown", "Completed") };
    }

    private static IEnumerable<GangGroup> Roles(MapReader spec)
    {
        MapReader? roles = spec.Map("minTaskMember");
        foreach (MapEntry role in roles?.Node.Entries ?? [])
        {
            yield return new GangGroup { Name = role.Key, MinPods = roles!.Int(role.Key, 0, int.MaxValue, 0), Disruption = DisruptionMode.WholeGroup };
        }
    }

    /// <summary>A policy is a group of the groups that it makes: each needs all its pods, and so many of them are needed.</summary>
    private static GangGroup Policy(MapReader policy)
    {
        string name = policy.RequiredString("name");
        int size = GangDocument.Count(policy, "subGroupSize", 1) ?? 1;
        int needed = GangDocument.Count(policy, "minSubGroups", 0) ?? 0;
        if (policy.Strings("matchLabelKeys").IsEmpty)
        {
            policy.Error("matchLabelKeys", "has no key, so that the policy takes no pod; write the label by which pods are put together, or remove the policy");
        }

        GangGroup each = new()
        {
            Name = $"{name}/each",
            Selector = Selector(policy),
            SplitBy = policy.Strings("matchLabelKeys"),
            MinPods = size,
            RequiredLevel = Topology(policy),
            Disruption = DisruptionMode.WholeGroup,
        };
        return new GangGroup
        {
            Name = name,
            MinGroups = needed,
            MinPods = (int)Math.Min(int.MaxValue, (long)size * needed),
            Groups = [each],
            Disruption = DisruptionMode.WholeGroup,
        };
    }

    private static ImmutableSortedDictionary<string, string>? Selector(MapReader policy)
    {
        if (policy.Map("labelSelector") is not { } selector)
        {
            return null;
        }

        ImmutableSortedDictionary<string, string> labels = selector.StringMap("matchLabels");
        foreach (MapReader expression in selector.Maps("matchExpressions"))
        {
            string key = expression.RequiredString("key");
            if (expression.String("operator") == "In" && expression.Strings("values") is [var value])
            {
                labels = labels.SetItem(key, value);
            }
            else if (expression.String("operator") != "Exists" || !policy.Strings("matchLabelKeys").Contains(key))
            {
                selector.Error("matchExpressions", "has an expression other than In with one value, which is not read here; write matchLabels");
            }
        }

        return labels;
    }

    /// <summary>The tier that must not be left; null: none, which soft mode also means, for close is what every gang is placed.</summary>
    public static string? Topology(MapReader reader)
    {
        if (reader.Map("networkTopology") is not { } topology)
        {
            return null;
        }

        string mode = topology.String("mode", "hard");
        if (mode is not ("hard" or "soft"))
        {
            topology.Error("mode", $"\"{mode}\" is unknown; write hard or soft");
        }

        int? tier = GangDocument.Count(topology, "highestTierAllowed", 0);
        string name = topology.String("highestTierName");
        if (tier is not null && name.Length > 0)
        {
            topology.Error("highestTierName", "stands beside highestTierAllowed; keep one of them");
        }

        return mode == "soft" ? null : tier is { } number ? TopologyKeys.VolcanoTier(number) : name.Length > 0 ? TopologyKeys.VolcanoTierName(name) : null;
    }
}
