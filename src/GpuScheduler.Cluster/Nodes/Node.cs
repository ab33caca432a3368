using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>
/// A node as its API object states it: what it offers and where it is, not what is placed on it.
/// A node never changes; an update is another <see cref="Node"/> of the same name.
/// </summary>
public sealed record Node
{
    public required string Name { get; init; }

    public string Uid { get; init; } = "";

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = LabelSet.Empty;

    public ImmutableArray<Taint> Taints { get; init; } = [];

    /// <summary>Cordoned: <c>spec.unschedulable</c>.</summary>
    public bool Unschedulable { get; init; }

    /// <summary><c>status.allocatable</c>, without the devices of <see cref="Shape"/>.</summary>
    public ResourceList Allocatable { get; init; } = ResourceList.Empty;

    public ImmutableArray<ContainerImage> Images { get; init; } = [];

    /// <summary>The node's accelerators and the links between them; shared by all nodes like it.</summary>
    public DeviceShape Shape { get; init; } = DeviceShape.None;

    /// <summary>
    /// Names of the devices of <see cref="Shape"/>, in their order, as whoever hands them out knows them: UUIDs, or <c>driver/pool/device</c> of a DRA driver. Empty where
    /// nobody told. Not part of the shape, which nodes alike share.
    /// </summary>
    public ImmutableArray<string> DeviceUuids { get; init; } = [];

    /// <summary>How devices are really handed out on this node, hence what may be promised there.</summary>
    public AllocationRegime Regime { get; init; } = AllocationRegime.Annotation;

    public override string ToString() => Name;
}
