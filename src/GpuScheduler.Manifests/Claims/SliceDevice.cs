using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>A device as its driver publishes it in a ResourceSlice.</summary>
public sealed record SliceDevice
{
    /// <summary>Attributes that differ between devices that are alike in all else: no selector may tell devices apart by them.</summary>
    public static readonly ImmutableArray<string> Identities = ["uuid", "parentUUID", "pciBusID", "pcieRoot", "serial", "minor", "index", "numa", "numaNode"];

    public required DeviceId Id { get; init; }

    /// <summary>By <c>domain/name</c>; a string, a long, a bool or a <see cref="DeviceVersion"/>.</summary>
    public ImmutableSortedDictionary<string, object> Attributes { get; init; } = ImmutableSortedDictionary.Create<string, object>(StringComparer.Ordinal);

    /// <summary>By <c>domain/name</c>, in whole units (bytes).</summary>
    public ImmutableSortedDictionary<string, long> Capacity { get; init; } = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>True where a taint keeps new pods off (<c>NoSchedule</c>, <c>NoExecute</c>).</summary>
    public bool IsTainted { get; init; }

    /// <summary>Why it is no whole GPU that is handed out here, such as <c>is a part of a GPU (type mig)</c>; empty: it is one.</summary>
    public string Oddity { get; init; } = "";

    /// <summary>Product name with hyphens for blanks, as feature discovery writes it.</summary>
    public string Model => string.Join('-', Text("productName").Split(' ', StringSplitOptions.RemoveEmptyEntries)) is { Length: > 0 } model ? model : Id.Driver;

    public int MemoryMiB => (int)Math.Min(Capacity.GetValueOrDefault($"{Id.Driver}/memory") >> 20, int.MaxValue);

    public int NumaNode => Number("numaNode") ?? Number("numa") ?? -1;

    public string PcieRoot => Attributes.GetValueOrDefault("resource.kubernetes.io/pcieRoot") as string ?? "";

    /// <summary>All that a selector may look at; equal for devices that none can tell apart.</summary>
    public string Kind { get; private init; } = "";

    /// <summary>The same device with <see cref="Kind"/> worked out.</summary>
    public SliceDevice WithKind() => this with
    {
        Kind = string.Join('\n',
        [
            Id.Driver, Oddity,
            .. Attributes.Where(a => !Identities.Contains(a.Key[(a.Key.LastIndexOf('/') + 1)..], StringComparer.Ordinal)).Select(a => $"{a.Key}={a.Value}"),
            .. Capacity.Select(c => $"{c.Key}:{c.Value}"),
        ]),
    };

    /// <summary>The device of a node, at this place among its devices.</summary>
    public Device ToDevice(int index) => new(index, Model, MemoryMiB, NumaNode, PcieRoot, IsUsable: !IsTainted);

    private string Text(string name) => Attributes.GetValueOrDefault($"{Id.Driver}/{name}") as string ?? "";

    private int? Number(string name) =>
        (Attributes.GetValueOrDefault($"{Id.Driver}/{name}") ?? Attributes.GetValueOrDefault($"resource.kubernetes.io/{name}")) is long and >= 0 and <= int.MaxValue and var number ? (int)number : null;
}
