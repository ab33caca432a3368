using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>Makes one gang of what its pods say of it, each perhaps only a part (<see cref="GangMembership.Implied"/>).</summary>
public static class ImpliedGangs
{
    /// <summary>
    /// The gang that all of <paramref name="statements"/> are about: its groups are those of all of them, by name. Where they differ in anything else the
    /// result is the same in whatever order they come, and says so in its problems.
    /// </summary>
    /// <param name="statements">At least one, all of one key.</param>
    public static GangObject Merge(IEnumerable<GangObject> statements)
    {
        ImmutableArray<GangObject> distinct = [.. statements.Distinct(ReferenceEqualityComparer.Instance).Cast<GangObject>()];
        GangObject first = distinct[0];
        if (distinct.Length == 1)
        {
            return first;
        }

        SortedSet<string> problems = new(distinct.SelectMany(s => s.Problems), StringComparer.Ordinal);
        GangGroup group = MergeGroups([.. distinct.Select(s => s.Group)], "its pods", problems);
        int? priority = Agreed(distinct.Select(s => s.Priority), "priority", "its pods", problems);
        string queue = Agreed(distinct.Select(s => s.Queue), "queue", "its pods", problems) ?? "";
        return first with { Group = group, Priority = priority, Queue = queue, Problems = [.. problems] };
    }

    private static GangGroup MergeGroups(ImmutableArray<GangGroup> said, string who, SortedSet<string> problems)
    {
        GangGroup group = said[0] with
        {
            MinPods = Agreed(said.Select(g => (int?)g.MinPods), "minimum", who, problems) ?? 0,
            Size = Agreed(said.Select(g => g.Size), "size", who, problems),
            RequiredLevel = Agreed(said.Select(g => g.RequiredLevel), "required level", who, problems),
            PreferredLevel = Agreed(said.Select(g => g.PreferredLevel), "preferred level", who, problems),
            SpreadLevel = Agreed(said.Select(g => g.SpreadLevel), "spread level", who, problems),
        };
        ImmutableArray<GangGroup> parts =
        [
            .. said.SelectMany(g => g.Groups).GroupBy(g => g.Name, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => g.Count() == 1 ? g.First() : MergeGroups([.. g], $"its pods of group \"{g.Key}\"", problems)),
        ];

        // Pods that name no group, beside pods that do, are a group of their own.
        bool hasOthers = !parts.IsEmpty && said.Any(g => g.Groups.IsEmpty) && parts.All(p => p.Name.Length > 0);
        return group with { Groups = hasOthers ? parts.Insert(0, new GangGroup()) : parts };
    }

    /// <summary>What all say; where they differ, the first in order, and a problem. Saying nothing is saying something else, too.</summary>
    private static T? Agreed<T>(IEnumerable<T> said, string what, string who, SortedSet<string> problems)
    {
        ImmutableArray<T> values = [.. said.Distinct().Order()];
        if (values.Length > 1)
        {
            problems.Add($"{who} do not agree on its {what}: {string.Join(" and ", values.Select(v => v?.ToString() is { Length: > 0 } text ? text : "none"))}; make them say the same");
        }

        return values[^1];
    }
}
