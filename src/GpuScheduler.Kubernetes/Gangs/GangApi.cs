using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>A resource in which an ecosystem states gangs or topology.</summary>
/// <param name="Group">API group.</param>
/// <param name="Versions">The versions that are read, the best first.</param>
/// <param name="Plural">Name of the resource.</param>
/// <param name="Kind">Kind of its objects.</param>
internal sealed record GangApi(string Group, ImmutableArray<string> Versions, string Plural, string Kind)
{
    /// <summary>All resources that state gangs. A Workload only holds the templates of native groups and is not watched.</summary>
    public static readonly ImmutableArray<GangApi> Gangs =
    [
        new("scheduling.k8s.io", ["v1beta1", "v1alpha3", "v1alpha2"], "podgroups", "PodGroup"),
        new("scheduling.k8s.io", ["v1alpha3"], "compositepodgroups", "CompositePodGroup"),
        new("scheduling.run.ai", ["v2alpha2"], "podgroups", "PodGroup"),
        new("scheduling.volcano.sh", ["v1beta1"], "podgroups", "PodGroup"),
        new("scheduling.x-k8s.io", ["v1alpha1"], "podgroups", "PodGroup"),
        new("scheduling.sigs.k8s.io", ["v1alpha1"], "podgroups", "PodGroup"),
        new("scheduler.grove.io", ["v1alpha1"], "podgangs", "PodGang"),
    ];

    /// <summary>All resources that state levels and domains.</summary>
    public static readonly ImmutableArray<GangApi> Topologies =
    [
        new("kai.scheduler", ["v1alpha1"], "topologies", "Topology"),
        new("kueue.x-k8s.io", ["v1beta2", "v1beta1", "v1alpha1"], "topologies", "Topology"),
        new("topology.volcano.sh", ["v1alpha1"], "hypernodes", "HyperNode"),
        new("scheduling.koordinator.sh", ["v1alpha1"], "clusternetworktopologies", "ClusterNetworkTopology"),
    ];

    /// <summary>The resource as <see cref="GangKey.Kind"/> has it.</summary>
    public string Resource => $"{Plural}.{Group}";

    /// <summary>The resource that states a gang; null where pods alone state it.</summary>
    public static GangApi? Of(GangKey key) => Gangs.FirstOrDefault(a => a.Resource == key.Kind);
}
