using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>
/// KAI's PodGroup (v2alpha2): a tree of sub-groups, each with a minimum of pods or of sub-groups. KAI evicts what is above the minimum pod by pod and the rest
/// at once; here the whole is one.
/// </summary>
internal sealed class KaiPodGroupReader : IGangReader
{
    public string ApiGroup => "scheduling.run.ai";

    public string Kind => "PodGroup";

    public GangObject Read(GangDocument document)
    {
        Dictionary<string, (MapReader Reader, string Parent)> groups = Names(document.Spec);
        ILookup<string, string> parts = groups.ToLookup(g => g.Value.Parent, g => g.Key, StringComparer.Ordinal);
        HashSet<string> reached = new(StringComparer.Ordinal);
        GangGroup root = Group(document.Spec, "", groups, parts, reached, 1) with { Disruption = DisruptionMode.WholeGroup };
        foreach ((string name, (MapReader reader, string parent)) in groups.Where(g => !reached.Contains(g.Key)))
        {
            reader.Error("parent", groups.ContainsKey(parent)
                ? $"the parents of \"{name}\" lead back to itself and not to the PodGroup; remove the parent of one of them"
                : $"there is no sub-group \"{parent}\"{Suggestion.Ask(parent, groups.Keys, "; add it, or remove the parent")}");
        }

        return document.ToGang(GangKinds.Kai, root) with
        {
            Queue = document.Spec.String("queue"),
            HasStarted = document.Annotations.ContainsKey(ManifestKeys.KaiLastStart),
        };
    }

    private static Dictionary<string, (MapReader Reader, string Parent)> Names(MapReader spec)
    {
        Dictionary<string, (MapReader Reader, string Parent)> groups = new(StringComparer.Ordinal);
        foreach (MapReader reader in spec.Maps("subGroups"))
        {
            string name = reader.RequiredString("name");
            if (name.Length > 0 && !groups.TryAdd(name, (reader, reader.String("parent"))))
            {
                reader.Error("name", $"\"{name}\" is the name of another sub-group; rename one");
            }
        }

        return groups;
    }

    private static GangGroup Group(
        MapReader reader, string name, Dictionary<string, (MapReader Reader, string Parent)> groups, ILookup<string, string> parts, HashSet<string> reached, int level)
    {
        string[] names = [.. parts[name].Where(reached.Add)];
        if (level == GangAssembly.MaxLevels && names.Length > 0)
        {
            groups[names[0]].Reader.Error("parent", $"puts \"{names[0]}\" more than {GangAssembly.MaxLevels} levels deep; hang it higher in the tree");
            AddBelow(names, parts, reached);
            names = [];
        }

        ImmutableArray<GangGroup> below = [.. names.Select(p => Group(groups[p].Reader, p, groups, parts, reached, level + 1))];
        int? minPods = GangDocument.Count(reader, "minMember", 0);
        int? minGroups = GangDocument.Count(reader, "minSubGroup", 0);
        if (minPods is not null && minGroups is not null)
        {
            reader.Error("minSubGroup", "stands beside minMember; keep one of them");
        }
        else if (minGroups > below.Length)
        {
            reader.Error("minSubGroup", $"{minGroups} is more than the {below.Length} sub-groups that there are; lower it, or add sub-groups");
        }

        MapReader? topology = reader.Map("topologyConstraint");
        return new GangGroup
        {
            Name = name,
            Groups = below,
            MinGroups = minGroups,
            MinPods = Math.Max(minPods ?? 0, GangGroup.LeastPods(below, minGroups)),
            RequiredLevel = GangDocument.Level(topology, "requiredTopologyLevel"),
            PreferredLevel = GangDocument.Level(topology, "preferredTopologyLevel"),
            Disruption = DisruptionMode.WholeGroup,
        };
    }

    /// <summary>Marks all below as reached: they are too deep, not lost.</summary>
    private static void AddBelow(IEnumerable<string> names, ILookup<string, string> parts, HashSet<string> reached)
    {
        Queue<string> rest = new(names);
        while (rest.TryDequeue(out string? name))
        {
            foreach (string part in parts[name].Where(reached.Add))
            {
                rest.Enqueue(part);
            }
        }
    }
}
