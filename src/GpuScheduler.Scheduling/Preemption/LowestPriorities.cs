using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>The lowest priority placed in each block. A block of the same stamp is not looked at again.</summary>
internal sealed class LowestPriorities
{
    private long[] _stamps = [];
    private int[] _lowest = [];

    /// <summary>Block by block; <see cref="int.MaxValue"/> where nothing is placed.</summary>
    public ReadOnlySpan<int> Of(ClusterView view)
    {
        int known = _stamps.Length;
        if (known < view.Blocks.Length)
        {
            Array.Resize(ref _stamps, view.Blocks.Length);
            Array.Resize(ref _lowest, view.Blocks.Length);
            _stamps.AsSpan(known).Fill(-1);
        }

        for (int b = 0; b < view.Blocks.Length; b++)
        {
            if (_stamps[b] != view.Stamps[b])
            {
                (_stamps[b], _lowest[b]) = (view.Stamps[b], LowestOf(view.Blocks[b]));
            }
        }

        return _lowest.AsSpan(0, view.Blocks.Length);
    }

    private static int LowestOf(Block block)
    {
        int lowest = int.MaxValue;
        foreach (int lane in new Lanes(block.Nodes.Present))
        {
            foreach (Placement placement in block.PlacementsOn(lane))
            {
                lowest = Math.Min(lowest, placement.Pod.Priority);
            }
        }

        return lowest;
    }
}
