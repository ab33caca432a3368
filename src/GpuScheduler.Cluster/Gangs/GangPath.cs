using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>The way through a gang's tree to the group that a pod belongs to.</summary>
/// <param name="Groups">From the root down; the last consists of pods.</param>
/// <param name="Split">Which of the groups that <see cref="GangGroup.SplitBy"/> makes of the last one: its labels' values, with "/" between; empty where it makes none.</param>
public sealed record GangPath(ImmutableArray<GangGroup> Groups, string Split = "")
{
    /// <summary>The group that consists of pods.</summary>
    public GangGroup Last => Groups[^1];

    /// <summary>
    /// Where a pod belongs: in the group that it names, else in the first whose <see cref="GangGroup.Selector"/> and <see cref="GangGroup.SplitBy"/> its labels
    /// answer, else in the one without a name. A gang without sub-groups takes every pod. Null: the gang has no group for it.
    /// </summary>
    /// <param name="root">The gang.</param>
    /// <param name="group">The group that the pod names; empty: none.</param>
    /// <param name="labels">The pod's labels.</param>
    public static GangPath? Find(GangGroup root, string group, IReadOnlyDictionary<string, string> labels)
    {
        if (root.Groups.IsEmpty)
        {
            return new GangPath([root]);
        }

        return (group.Length == 0 ? null : Descend(root, g => g.Name == group ? "" : null))
            ?? Descend(root, g => Answer(g, labels))
            ?? Descend(root, g => g is { Name: "", Selector: null, SplitBy.IsEmpty: true } ? "" : null);
    }

    /// <summary>The first group without parts that <paramref name="split"/> takes, which gives the part of it, or null.</summary>
    private static GangPath? Descend(GangGroup at, Func<GangGroup, string?> split)
    {
        foreach (GangGroup part in at.Groups)
        {
            if (part.Groups.IsEmpty)
            {
                if (split(part) is { } values)
                {
                    return new GangPath([at, part], values);
                }
            }
            else if (Descend(part, split) is { } below)
            {
                return below with { Groups = below.Groups.Insert(0, at) };
            }
        }

        return null;
    }

    /// <summary>The values of the labels that split the group; null where the pod is not one of it.</summary>
    private static string? Answer(GangGroup group, IReadOnlyDictionary<string, string> labels)
    {
        if (group.Selector is null && group.SplitBy.IsEmpty)
        {
            return null;
        }

        foreach ((string key, string value) in group.Selector ?? LabelSet.Empty)
        {
            if (!labels.TryGetValue(key, out string? own) || own != value)
            {
                return null;
            }
        }

        string[] values = new string[group.SplitBy.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (!labels.TryGetValue(group.SplitBy[i], out string? value) || value.Length == 0)
            {
                return null;
            }

            values[i] = value;
        }

        return string.Join('/', values);
    }
}
