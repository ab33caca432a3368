using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>The devices of a node that HAMi's device plugin serves, in their order.</summary>
internal sealed record HamiDevices(DeviceShape Shape, ImmutableArray<string> Uuids)
{
    public static readonly HamiDevices None = new(DeviceShape.None, []);
}
