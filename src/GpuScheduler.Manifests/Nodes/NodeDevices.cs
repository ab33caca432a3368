using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>A node's devices, and the extended resource that they replace (null: none).</summary>
internal sealed record NodeDevices(DeviceShape Shape, AllocationRegime Regime, string? Resource)
{
    /// <summary>UUIDs of the devices; empty where nobody needs them.</summary>
    public ImmutableArray<string> Uuids { get; init; } = [];
}
