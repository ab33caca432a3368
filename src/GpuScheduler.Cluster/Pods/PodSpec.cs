using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>
/// All of a pod that a scheduling plugin may see. Pods with the same content form one pod class, so neither
/// name nor age nor priority belongs here.
/// </summary>
public sealed record PodSpec
{
    public string Namespace { get; init; } = "default";

    public string SchedulerName { get; init; } = "";

    /// <summary><c>spec.nodeName</c> that a pending pod names beforehand; empty: any.</summary>
    public string NodeName { get; init; } = "";

    public ImmutableArray<Container> Containers { get; init; } = [];

    public ImmutableArray<Container> InitContainers { get; init; } = [];

    /// <summary>Pod-level <c>spec.resources.requests</c>; null where the pod states none.</summary>
    public ResourceList? PodResources { get; init; }

    public ResourceList Overhead { get; init; } = ResourceList.Empty;

    public ImmutableSortedDictionary<string, string> NodeSelector { get; init; } = LabelSet.Empty;

    public NodeAffinity? NodeAffinity { get; init; }

    public ImmutableArray<Toleration> Tolerations { get; init; } = [];

    /// <summary>What the pod asks of accelerators; read from its annotations and resources when the pod is read.</summary>
    public DeviceRequest Devices { get; init; } = DeviceRequest.None;

    /// <summary>What its volumes ask of nodes, as of now; null: nothing.</summary>
    public VolumeNeeds? Volumes { get; init; }
}
