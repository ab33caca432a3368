using System.Numerics;

namespace GpuScheduler.Cluster;

/// <summary>Which devices of a node: bit i stands for device i.</summary>
public readonly record struct DeviceSet(ushort Bits)
{
    public static readonly DeviceSet Empty;

    public int Count => BitOperations.PopCount(Bits);

    public bool IsEmpty => Bits == 0;

    /// <summary>Devices 0 to <paramref name="count"/> - 1.</summary>
    public static DeviceSet First(int count) => new((ushort)((1u << count) - 1));

    public static DeviceSet Only(int index) => new((ushort)(1u << index));

    public bool Contains(int index) => (Bits >> index & 1) != 0;

    public DeviceSet With(int index) => new((ushort)(Bits | (1u << index)));

    public DeviceSet Union(DeviceSet other) => new((ushort)(Bits | other.Bits));

    public DeviceSet Except(DeviceSet other) => new((ushort)(Bits & ~other.Bits));

    public override string ToString() => string.Join(',', Enumerable.Range(0, Device.MaxPerNode).Where(Contains));
}
