using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>
/// Reads the objects that state levels and domains: Topology of KAI (<c>kai.scheduler</c>) and Kueue (<c>kueue.x-k8s.io</c>), Volcano's HyperNode, Koordinator's
/// ClusterNetworkTopology.
/// </summary>
internal sealed class TopologyReader
{
    private const int MaxLevels = 16;

    private static readonly ImmutableArray<string> SelectorKinds = ["exactMatch", "regexMatch", "labelMatch"];

    private readonly List<NamedTopology> _named = [];
    private readonly List<HyperNode> _hyperNodes = [];
    private readonly List<NetworkLayer> _layers = [];

    public TopologyObjects ToObjects() => _named.Count + _hyperNodes.Count + _layers.Count == 0
        ? TopologyObjects.Empty
        : new TopologyObjects { Named = [.. _named], HyperNodes = [.. _hyperNodes], Layers = [.. _layers] };

    /// <summary>False where <paramref name="item"/> is of another kind.</summary>
    public bool TryRead(ManifestObject item)
    {
        ConfigurationErrors errors = [];
        ManifestObject own = item with { Reader = new MapReader(item.Reader.Node, errors) };
        MapReader? spec = own.Reader.Map("spec");
        string group = item.ApiVersion.Split('/')[0];
        switch (item.Kind, group)
        {
            case ("Topology", "kai.scheduler" or "kueue.x-k8s.io"):
                TopologyLevels? levels = Levels(own.Reader, spec);
                _named.Add(new NamedTopology($"topologies.{group}", item.Name(), levels, ObjectProblems.Sentences(errors)));
                return true;
            case ("HyperNode", "topology.volcano.sh"):
                HyperNode hyperNode = new(item.Name(), spec?.Int("tier", 0, int.MaxValue, 0) ?? 0, spec?.String("tierName") ?? "", Members(own.Reader, spec));
                _hyperNodes.Add(hyperNode with { Problems = ObjectProblems.Sentences(errors) });
                return true;
            case ("ClusterNetworkTopology", "scheduling.koordinator.sh"):
                _layers.AddRange((spec?.Maps("networkTopologySpec") ?? [])
                    .Select(l => new NetworkLayer(l.String("topologyLayer"), l.String("parentTopologyLayer"), l.Strings("labelKey"))).Where(l => l.Name.Length > 0));
                return true;
            default:
                return false;
        }
    }

    private static TopologyLevels? Levels(MapReader reader, MapReader? spec)
    {
        ImmutableArray<string> keys = spec is null ? [] : [.. spec.Maps("levels").Select(l => l.RequiredString("nodeLabel"))];
        if (keys.IsEmpty || keys.Length > MaxLevels)
        {
            (spec ?? reader).Error(spec is null ? "spec" : "levels", $"has {keys.Length} levels; write 1 to {MaxLevels}, each with a nodeLabel, the broadest first");
            return null;
        }

        if (keys.Distinct(StringComparer.Ordinal).Count() < keys.Length)
        {
            spec!.Error("levels", "has one nodeLabel twice; remove one");
            return null;
        }

        if (keys.IndexOf(TopologyLevels.Hostname) is >= 0 and var host && host < keys.Length - 1)
        {
            spec!.Error("levels", $"has {TopologyLevels.Hostname} before others, and nothing is narrower than a node; put it last");
            return null;
        }

        return keys.Contains("") ? null : new TopologyLevels(keys);
    }

    private static ImmutableArray<HyperNodeMember> Members(MapReader reader, MapReader? spec)
    {
        if (spec is null || !spec.Has("tier"))
        {
            (spec ?? reader).Error(spec is null ? "spec" : "tier", "is required; add it");
        }

        return spec is null ? [] : [.. spec.Maps("members").Select(Member).OfType<HyperNodeMember>()];
    }

    /// <summary>Null, and an error, where it is none.</summary>
    private static HyperNodeMember? Member(MapReader reader)
    {
        string type = reader.RequiredString("type");
        MapReader? selector = reader.Map("selector");
        string[] given = [.. SelectorKinds.Where(k => selector?.Has(k) == true)];
        if (type is not ("Node" or "HyperNode"))
        {
            reader.Error("type", type.Length == 0 ? "is required; write Node or HyperNode" : $"\"{type}\" is unknown; write Node or HyperNode");
            return null;
        }

        if (given.Length != 1)
        {
            reader.Error("selector", $"has {given.Length} of exactMatch, regexMatch and labelMatch; write one of them");
            return null;
        }

        HyperNodeMember member = new(type == "Node");
        switch (given[0])
        {
            case "exactMatch":
                return selector!.Map("exactMatch")?.RequiredString("name") is { Length: > 0 } name ? member with { Name = name } : null;
            case "regexMatch":
                return selector!.Map("regexMatch")?.RequiredString("pattern") is { Length: > 0 } pattern ? member with { Pattern = pattern } : null;
            default:
                if (!member.IsNode)
                {
                    selector!.Error("labelMatch", "is for nodes only; write exactMatch or regexMatch");
                    return null;
                }

                return selector!.Map("labelMatch") is { } labels ? member with { Labels = Term(labels) } : null;
        }
    }

    /// <summary>A label selector as a term of node affinity; an empty one means no node there, too.</summary>
    private static NodeSelectorTerm Term(MapReader selector) => new()
    {
        MatchExpressions =
        [
            .. selector.StringMap("matchLabels").Select(l => new NodeSelectorRequirement(l.Key, NodeSelectorOperator.In, [l.Value])),
            .. selector.Maps("matchExpressions").Select(AffinityReader.LabelRequirement),
        ],
    };
}
