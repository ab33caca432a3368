using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>Reads <c>workload.mix[].gang</c> of a scenario.</summary>
internal static class GangTemplateReader
{
    /// <summary>More pods than that are a mistake rather than a gang.</summary>
    private const int MaxPods = 10_000;

    public static GangTemplate Read(MapReader reader)
    {
        ImmutableArray<GangGroup> groups = [.. reader.Maps("groups").Select(ReadGroup)];
        RequireNames(reader, groups);
        ImmutableArray<GangSize> sizes = ReadSizes(reader, groups);
        return new GangTemplate
        {
            Sizes = sizes,
            Groups = groups,
            Min = ReadMin(reader, sizes, groups),
            RequiredLevel = Level(reader, "requiredLevel"),
            PreferredLevel = Level(reader, "preferredLevel"),
        };
    }

    private static ImmutableArray<GangSize> ReadSizes(MapReader reader, ImmutableArray<GangGroup> groups)
    {
        string[] given = [.. new[] { "size", "sizes", "groups" }.Where(reader.Has)];
        int size = reader.Int("size", 1, MaxPods, 1);
        ImmutableArray<GangSize> sizes =
            [.. reader.Maps("sizes").Select(s => new GangSize(s.Int("pods", 1, MaxPods, 1), s.Int("weight", 1, 1_000_000, 1)))];
        if (given.Length == 0)
        {
            reader.Error("size", "is required; write how many pods a gang has, or instead sizes, or groups");
        }
        else if (given.Length > 1)
        {
            reader.Error(given[1], $"and {given[0]} both say how many pods a gang has; remove one");
        }
        else if (reader.Has("sizes") && sizes.IsEmpty)
        {
            reader.Error("sizes", "is empty; add an item such as {pods: 8, weight: 1}");
        }

        return !groups.IsEmpty ? [new GangSize(groups.Sum(g => g.Size!.Value), 1)] : sizes.IsEmpty ? [new GangSize(size, 1)] : sizes;
    }

    private static int? ReadMin(MapReader reader, ImmutableArray<GangSize> sizes, ImmutableArray<GangGroup> groups)
    {
        if (!reader.Has("min"))
        {
            return null;
        }

        int min = reader.Int("min", 1, MaxPods, 1);
        int least = sizes.Min(s => s.Pods);
        if (!groups.IsEmpty)
        {
            reader.Error("min", "is for gangs without groups; write it in the groups");
        }
        else if (min > least)
        {
            reader.Error("min", FormattableString.Invariant($"{min} is more than the {least} pods that a gang has; write at most {least}"));
        }

        return min;
    }

    private static GangGroup ReadGroup(MapReader reader)
    {
        int size = reader.Int("size", 1, MaxPods, 1);
        int min = reader.Int("min", 1, MaxPods, size);
        if (!reader.Has("size"))
        {
            reader.Error("size", "is required; write how many pods the group has");
        }
        else if (min > size)
        {
            reader.Error("min", FormattableString.Invariant($"{min} is more than the {size} pods that the group has; write at most {size}"));
        }

        return new GangGroup
        {
            Name = reader.RequiredString("name"),
            Size = size,
            MinPods = min,
            RequiredLevel = Level(reader, "requiredLevel"),
            PreferredLevel = Level(reader, "preferredLevel"),
        };
    }

    private static void RequireNames(MapReader reader, ImmutableArray<GangGroup> groups)
    {
        if (groups.GroupBy(g => g.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Key.Length > 0 && g.Count() > 1) is { } twice)
        {
            reader.Error("groups", $"name \"{twice.Key}\" twice; give each group its own name");
        }
    }

    private static string? Level(MapReader reader, string key) => reader.String(key) is { Length: > 0 } level ? level : null;
}
