using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>Gangs that fit nowhere, not even in an empty cluster, are a mistake: levels that no node has, and domains that are too small.</summary>
internal sealed class GangCheck(Scenario scenario, Func<PodSpec, NodeGroup, bool> fits)
{
    private readonly ImmutableArray<Node> _nodes = ScenarioGenerator.Nodes(scenario);

    private readonly string[] _levels =
    [
        .. scenario.Nodes.SelectMany(n => n.Domains.Select(d => d.Label)).Distinct(StringComparer.Ordinal),
        TopologyLevels.Hostname,
    ];

    public void Require(MapReader kindReader, PodKind kind)
    {
        GangTemplate gang = kind.Gang!;
        MapReader reader = kindReader.Map("gang")!;
        int before = reader.Errors.Count;
        RequireLevel(reader, "requiredLevel", gang.RequiredLevel);
        RequireLevel(reader, "preferredLevel", gang.PreferredLevel);
        ImmutableArray<MapReader> groups = reader.Maps("groups");
        for (int i = 0; i < groups.Length; i++)
        {
            RequireLevel(groups[i], "requiredLevel", gang.Groups[i].RequiredLevel);
            RequireLevel(groups[i], "preferredLevel", gang.Groups[i].PreferredLevel);
        }

        if (reader.Errors.Count > before)
        {
            return;
        }

        int needed = gang.GroupOf(gang.Sizes.Max(s => s.Pods)).MinPods;
        RequireRoom(reader, kind.Spec, gang.RequiredLevel, needed, groups.IsEmpty ? reader.Has("sizes") ? "sizes" : "size" : "groups");
        for (int i = 0; i < groups.Length; i++)
        {
            RequireRoom(groups[i], kind.Spec, gang.Groups[i].RequiredLevel, gang.Groups[i].MinPods, "size");
        }
    }

    private static string? ValueOf(Node node, string level) => level == TopologyLevels.Hostname ? node.Name : node.Labels.GetValueOrDefault(level);

    private void RequireLevel(MapReader reader, string key, string? level)
    {
        if (level is not null && level != TopologyLevels.Hostname && !_nodes.Any(n => n.Labels.ContainsKey(level)))
        {
            reader.Error(key, $"no node has the label {level}{Suggestion.Ask(level, _levels, $"; add it to domains of nodes, or write one of {string.Join(", ", _levels)}")}");
        }
    }

    private void RequireRoom(MapReader reader, PodSpec spec, string? level, int needed, string key)
    {
        Dictionary<string, long> room = new(StringComparer.Ordinal);
        int next = 0;
        foreach (NodeGroup group in scenario.Nodes)
        {
            int each = fits(spec, group) ? EmptyRoom.Of(group.Allocatable, group.Shape, spec) : 0;
            for (int i = 0; i < group.Count; i++)
            {
                if ((level is null ? "" : ValueOf(_nodes[next++], level)) is { } domain)
                {
                    room[domain] = room.GetValueOrDefault(domain) + each;
                }
            }
        }

        long most = room.Values.DefaultIfEmpty().Max();
        if (most < needed)
        {
            string where = level is null ? "the cluster, even empty," : $"no domain of {level}, even empty,";
            reader.Error(key, FormattableString.Invariant($"{needed} pods must be placed together, and {where} holds {(level is null ? "" : "more than ")}{most}; ")
                + "lower it, or add nodes" + (level is null ? "" : ", or require a broader level"));
        }
    }
}
