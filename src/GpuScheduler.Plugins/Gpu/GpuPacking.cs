using System.Runtime.Intrinsics;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// Prefers devices that are in use (fullest first: 50 to 100 points), then free devices of a node in use (33 to 50), then unused nodes
/// (up to 33, smaller ones first). As published with ATC'23. Pods that ask for no device score 0 everywhere.
/// </summary>
public sealed class GpuPacking : GpuScore
{
    private const int UnusedNode = 33, FreeDevice = 50, UsedDevice = 100;

    public override string Name => "GpuPacking";

    private protected override void Score(
        in PluginContext context, Block block, ulong lanes, DeviceShape shape, DeviceNeed need, Span<int> scores)
    {
        foreach (int lane in new Lanes(lanes))
        {
            scores[lane] = need.Count == 0 ? 0 : Score(block, lane, shape.Count, need);
        }
    }

    private static int Score(Block block, int lane, int devices, DeviceNeed need)
    {
        int wholeFree = block.WholeFree[lane];
        if (wholeFree == devices)
        {
            return Math.Max(UnusedNode - wholeFree, wholeFree);
        }

        Vector256<short> free = FreeDevices.Of(block, lane, devices);
        int freeUsed = 0, percentLeft = 0;
        foreach (int device in new Lanes(DeviceChoice.Best(need, free).Bits))
        {
            int left = block.FreeMilliOf(lane, device);
            freeUsed += left == Device.FullMilli ? 1 : 0;
            percentLeft += left * 100 / Device.FullMilli;
        }

        return freeUsed > 0 ? Math.Max(FreeDevice - freeUsed, UnusedNode) : Math.Max(UsedDevice - (percentLeft / 10), FreeDevice);
    }
}
