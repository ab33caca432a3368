using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>The GPUs of a cluster in numbers.</summary>
/// <param name="Products">By product, in order of name.</param>
/// <param name="Missing">GPUs that pods were given and that their nodes do not offer any more.</param>
public sealed record GpuReadings(ImmutableArray<GpuReading> Products, int Missing)
{
    public static GpuReadings Of(ClusterView cluster)
    {
        SortedDictionary<string, GpuReading> products = new(StringComparer.Ordinal);
        int missing = 0;
        Span<int> holders = stackalloc int[Device.MaxPerNode];
        foreach (Block block in cluster.Blocks)
        {
            foreach (int lane in new Lanes(block.Nodes.Present))
            {
                holders.Clear();
                foreach (Placement placement in block.PlacementsOn(lane))
                {
                    missing += placement.Missing.Count;
                    foreach (int device in new Lanes(placement.Devices.Bits))
                    {
                        holders[device]++;
                    }
                }

                foreach (Device device in block.Nodes.Shape(lane).Devices)
                {
                    GpuReading soFar = products.GetValueOrDefault(device.Model) ?? new GpuReading(device.Model);
                    int at = (device.Index * Block.Size) + lane;
                    products[device.Model] = Add(soFar, device, block.FreeMilli[at], block.FreeMemory[at], holders[device.Index]);
                }
            }
        }

        return new GpuReadings([.. products.Values], missing);
    }

    private static GpuReading Add(GpuReading soFar, Device device, int freeMilli, int freeMemory, int holders)
    {
        bool isFree = freeMilli == Device.FullMilli;
        bool isFull = freeMilli == 0;
        return soFar with
        {
            Free = soFar.Free + (isFree ? 1 : 0),
            Full = soFar.Full + (isFull ? 1 : 0),
            Partial = soFar.Partial + (isFree || isFull ? 0 : 1),
            Shared = soFar.Shared + (holders > 1 ? 1 : 0),
            AllocatedMilli = soFar.AllocatedMilli + Device.FullMilli - freeMilli,
            FragmentedMilli = soFar.FragmentedMilli + (isFree ? 0 : freeMilli),
            CapacityMemoryMiB = soFar.CapacityMemoryMiB + device.MemoryMiB,
            AllocatedMemoryMiB = soFar.AllocatedMemoryMiB + device.MemoryMiB - freeMemory,
        };
    }
}
