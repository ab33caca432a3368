using System.Collections.Frozen;

namespace GpuScheduler.Framework;

/// <summary>Names that kube-scheduler gives a meaning to, whether or not the catalogue has such a plugin.</summary>
internal static class UpstreamPlugins
{
    /// <summary>Plugins of kube-scheduler 1.36 and 1.37.</summary>
    public static readonly FrozenSet<string> Current = FrozenSet.ToFrozenSet(
    [
        "SchedulingGates", "PrioritySort", "NodeUnschedulable", "NodeName", "TaintToleration", "NodeAffinity", "NodePorts",
        "NodeResourcesFit", "VolumeRestrictions", "NodeVolumeLimits", "VolumeBinding", "VolumeZone", "PodTopologySpread",
        "InterPodAffinity", "DynamicResources", "DefaultPreemption", "NodeResourcesBalancedAllocation", "ImageLocality",
        "DefaultBinder", "NodeDeclaredFeatures", "GangScheduling", "TopologyPlacementGenerator", "PodGroupPodsCount",
    ]);

    /// <summary>Plugins that v1 refuses.</summary>
    public static readonly FrozenSet<string> Removed = FrozenSet.ToFrozenSet(["AzureDiskLimits", "CinderLimits", "EBSLimits", "GCEPDLimits"]);

    public static bool Knows(string name) => Current.Contains(name) || Removed.Contains(name);

    /// <summary>Why <paramref name="name"/> cannot be used, and the mend.</summary>
    public static string WhyNot(string name, PluginCatalog catalog)
    {
        if (Removed.Contains(name))
        {
            return $"{name} was removed from kube-scheduler (NodeVolumeLimits took its place); remove it";
        }

        return Current.Contains(name)
            ? $"{name} is a kube-scheduler plugin that GpuScheduler does not have; remove it"
            : $"unknown plugin \"{name}\"{Suggestion.Ask(name, catalog.Plugins.Select(p => p.Name), "; remove it or correct its name")}";
    }
}
