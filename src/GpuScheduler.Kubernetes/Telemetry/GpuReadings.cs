using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>The GPUs of a cluster in numbers, without those that nobody may use.</summary>
/// <param name="Products">By product, in order of name.</param>
/// <param name="Missing">GPUs that pods were given and that their nodes do not offer any more.</param>
public sealed record GpuReadings(ImmutableArray<GpuReading> Products, int Missing)
{
    /// <summary>Counts them all: a look at every device and placement.</summary>
    public static GpuReadings Of(ClusterView cluster)
    {
        Dictionary<string, Totals> products = new(StringComparer.Ordinal);
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
                    if (!device.IsUsable)
                    {
                        continue;
                    }

                    int at = (device.Index * Block.Size) + lane;
                    if (!products.TryGetValue(device.Model, out Totals? totals))
                    {
                        products.Add(device.Model, totals = new Totals());
                    }

                    totals.Add(device.MemoryMiB, block.FreeMilli[at], block.FreeMemory[at], holders[device.Index]);
                }
            }
        }

        return new GpuReadings([.. products.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Value.ToReading(p.Key))], missing);
    }

    /// <summary>The sums of one product while they are made.</summary>
    private sealed class Totals
    {
        private int _free, _partial, _full, _shared;
        private long _allocatedMilli, _fragmentedMilli, _capacityMemory, _allocatedMemory;

        public void Add(int memory, int freeMilli, int freeMemory, int holders)
        {
            bool isFree = freeMilli == Device.FullMilli;
            bool isFull = freeMilli == 0;
            _free += isFree ? 1 : 0;
            _full += isFull ? 1 : 0;
            _partial += isFree || isFull ? 0 : 1;
            _shared += holders > 1 ? 1 : 0;
            _allocatedMilli += Device.FullMilli - freeMilli;
            _fragmentedMilli += isFree ? 0 : freeMilli;
            _capacityMemory += memory;
            _allocatedMemory += memory - freeMemory;
        }

        public GpuReading ToReading(string product) => new(product)
        {
            Free = _free,
            Partial = _partial,
            Full = _full,
            Shared = _shared,
            AllocatedMilli = _allocatedMilli,
            FragmentedMilli = _fragmentedMilli,
            CapacityMemoryMiB = _capacityMemory,
            AllocatedMemoryMiB = _allocatedMemory,
        };
    }
}
