using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>
/// A group of pods that is placed together, or of such groups. Every ecosystem's gang becomes a tree of these, one form for all.
/// </summary>
public sealed record GangGroup
{
    /// <summary>Unique among the groups of its object; empty for the only one.</summary>
    public string Name { get; init; } = "";

    /// <summary>Pods of it that must be placed together, those of its sub-groups included; what is above that is elastic. At least 0.</summary>
    public int MinPods { get; init; }

    /// <summary>Sub-groups that must reach their own minimum; null: all of them.</summary>
    public int? MinGroups { get; init; }

    /// <summary>How many pods it will have in all, where the object says so.</summary>
    public int? Size { get; init; }

    /// <summary>Its parts; empty: it consists of pods.</summary>
    public ImmutableArray<GangGroup> Groups { get; init; } = [];

    /// <summary>Node label key of the level of which one domain must hold all of it; null: none must.</summary>
    public string? RequiredLevel { get; init; }

    /// <summary>Node label key of the level of which one domain should hold all of it; broader domains are the next best. Null: as close as can be.</summary>
    public string? PreferredLevel { get; init; }

    /// <summary>Node label key of a level; its parts, or its pods where it has none, must be in different domains of it. Null: they need not.</summary>
    public string? SpreadLevel { get; init; }

    /// <summary>Name of a sibling group with which it must share one domain of <see cref="SharedLevel"/>; null: none.</summary>
    public string? SharedWith { get; init; }

    /// <summary>Node label key of the level of <see cref="SharedWith"/>.</summary>
    public string? SharedLevel { get; init; }

    public DisruptionMode Disruption { get; init; }

    /// <summary>Labels of the pods that belong to it, where pods do not name their group themselves; null: pods name it.</summary>
    public ImmutableSortedDictionary<string, string>? Selector { get; init; }

    /// <summary>
    /// Label keys: each combination of their values makes a group of its own like this one, named by the values (Volcano <c>subGroupPolicy.matchLabelKeys</c>).
    /// </summary>
    public ImmutableArray<string> SplitBy { get; init; } = [];

    /// <summary>True where both say the same, whatever their identity.</summary>
    public bool IsLike(GangGroup other)
    {
        if (Groups.Length != other.Groups.Length || !SplitBy.SequenceEqual(other.SplitBy) || !(Selector ?? LabelSet.Empty).SequenceEqual(other.Selector ?? LabelSet.Empty))
        {
            return false;
        }

        for (int i = 0; i < Groups.Length; i++)
        {
            if (!Groups[i].IsLike(other.Groups[i]))
            {
                return false;
            }
        }

        return (Selector is null) == (other.Selector is null) && this with { Groups = other.Groups, SplitBy = other.SplitBy, Selector = other.Selector } == other;
    }

    /// <summary>Pods without which not enough of <paramref name="groups"/> reach their own minimum.</summary>
    /// <param name="groups">Parts of one group.</param>
    /// <param name="minGroups">As <see cref="MinGroups"/>; a part that splits is as many groups as it takes.</param>
    public static int LeastPods(ImmutableArray<GangGroup> groups, int? minGroups)
    {
        long pods = 0, left = minGroups ?? groups.Length;
        foreach (GangGroup group in groups.OrderBy(g => g.MinPods))
        {
            long taken = group.SplitBy.IsEmpty || minGroups is null ? Math.Min(left, 1) : left;
            pods += taken * group.MinPods;
            left -= taken;
        }

        return (int)Math.Min(int.MaxValue, pods);
    }
}
