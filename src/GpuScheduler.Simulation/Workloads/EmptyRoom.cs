using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>How many pods of one spec an empty node has room for.</summary>
internal static class EmptyRoom
{
    public static int Of(ResourceList allocatable, DeviceShape shape, PodSpec spec)
    {
        long room = allocatable[ResourceNames.Pods] > 0 ? allocatable[ResourceNames.Pods] : int.MaxValue;
        foreach ((string resource, long amount) in spec.Containers.SelectMany(c => c.Requests).GroupBy(r => r.Key).Select(g => (g.Key, g.Sum(r => r.Value))))
        {
            room = amount > 0 ? Math.Min(room, allocatable[resource] / amount) : room;
        }

        DeviceRequest devices = spec.Devices;
        if (!devices.IsNone)
        {
            DeviceShare share = default;
            bool isGiven = shape.Count >= devices.Count && devices.Allows(shape.Model) && devices.TryShareOf(shape.Devices[0], out share);
            room = isGiven ? Math.Min(room, (long)shape.Count * (Device.FullMilli / Math.Max(1, (int)share.Milli)) / devices.Count) : 0;
        }

        return (int)Math.Min(room, int.MaxValue);
    }
}
