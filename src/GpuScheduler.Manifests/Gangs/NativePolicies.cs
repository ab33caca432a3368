using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>What groups, composite groups and their templates of <c>scheduling.k8s.io</c> state alike (KEP-4671, KEP-5732, KEP-5710, KEP-6012).</summary>
internal static class NativePolicies
{
    /// <summary>A group of pods (<c>gang.minCount</c>).</summary>
    public static GangGroup PodGroup(MapReader spec) => Constraints(spec, new GangGroup { MinPods = Policy(spec, "minCount") ?? 0 });

    /// <summary>A group of groups (<c>gang.minGroupCount</c>); with the basic policy none is needed.</summary>
    public static GangGroup Composite(MapReader spec) => Constraints(spec, new GangGroup { MinGroups = Policy(spec, "minGroupCount") ?? 0 });

    /// <summary>The whole object's priority, and whom it may evict.</summary>
    public static GangObject Priority(MapReader spec, GangObject gang)
    {
        string policy = spec.String("preemptionPolicy");
        if (policy is not ("" or "Never" or "PreemptLowerPriority"))
        {
            spec.Error("preemptionPolicy", $"\"{policy}\" is unknown; write PreemptLowerPriority or Never");
        }

        return gang with { Priority = spec.IntOrNull("priority", int.MinValue, int.MaxValue), NeverPreempts = policy == "Never" };
    }

    /// <summary>The minimum of the gang policy; null: the basic one.</summary>
    private static int? Policy(MapReader spec, string minimum)
    {
        if (spec.Map("schedulingPolicy") is not { } policy)
        {
            if (!spec.Has("schedulingPolicy"))
            {
                spec.Error("schedulingPolicy", $"is required; write basic: {{}}, or gang with {minimum}");
            }

            return null;
        }

        MapReader? gang = policy.Map("gang");
        if (policy.Has("basic") == policy.Has("gang"))
        {
            spec.Error("schedulingPolicy", $"has {(gang is null ? "neither" : "both")} of basic and gang; write one of them");
        }

        if (gang is null)
        {
            return null;
        }

        if (!gang.Has(minimum))
        {
            gang.Error(minimum, "is required; write how many are placed together, at least 1");
        }

        return gang.Int(minimum, 1, int.MaxValue, 1);
    }

    private static GangGroup Constraints(MapReader spec, GangGroup group)
    {
        MapReader? constraints = spec.Map("schedulingConstraints");
        ImmutableArray<MapReader> topology = constraints?.Maps("topology") ?? [];
        if (topology.Length > 1)
        {
            constraints!.Error("topology", $"has {topology.Length} constraints; keep one, the narrowest");
        }

        return group with
        {
            RequiredLevel = topology.IsEmpty ? null : GangDocument.Level(topology[0], "key"),
            Disruption = Disruption(spec),
        };
    }

    /// <summary>A name until Kubernetes 1.36 (<c>Pod</c>, <c>PodGroup</c>), a union of empty maps from 1.37 on (<c>single</c>, <c>all</c>).</summary>
    private static DisruptionMode Disruption(MapReader spec)
    {
        switch (spec.Find("disruptionMode"))
        {
            case null or ScalarNode { Text: "Pod" or "Single" }:
                return DisruptionMode.EachPod;
            case ScalarNode { Text: "PodGroup" or "All" }:
                return DisruptionMode.WholeGroup;
            case MapNode map when (map["single"] is null) != (map["all"] is null):
                return map["all"] is null ? DisruptionMode.EachPod : DisruptionMode.WholeGroup;
            default:
                spec.Error("disruptionMode", "is none that we know; write single: {} or all: {}");
                return DisruptionMode.EachPod;
        }
    }
}
