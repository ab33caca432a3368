using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

internal static class FreeDevices
{
    /// <summary>Free compute of a node's devices side by side, milli; 0 past the last.</summary>
    [SkipLocalsInit]
    public static Vector256<short> Of(Block block, int lane, int devices)
    {
        Span<short> free = stackalloc short[Device.MaxPerNode];
        free.Clear();
        ReadOnlySpan<short> column = block.FreeMilli;
        for (int device = 0, at = lane; device < devices; device++, at += Block.Size)
        {
            free[device] = column[at];
        }

        return Vector256.Create<short>(free);
    }

    /// <summary>For callers that do not know how many devices the node has.</summary>
    public static Vector256<short> Of(Block block, int lane) => Of(block, lane, block.Nodes.Slots);
}
