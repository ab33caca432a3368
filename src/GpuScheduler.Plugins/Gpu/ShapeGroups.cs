using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

internal static class ShapeGroups
{
    /// <summary>The shape of a node that is there, with its number.</summary>
    public static LaneGroup<DeviceShape> Of(Block block, int lane)
    {
        foreach (LaneGroup<DeviceShape> group in block.Nodes.Shapes)
        {
            if ((group.Lanes >> lane & 1) != 0)
            {
                return group;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(lane), lane, "there is no node on this lane");
    }
}
