using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// The raw scores of one plugin whose scores are normalised. As long as all nodes that were asked about have the same, as with taints and preferences
/// they nearly always do, that one is all there is; the first that differs makes a column of it.
/// </summary>
internal sealed class NormalizedColumn(ScoreSlot slot)
{
    private static readonly (int Low, int High) Empty = (int.MaxValue, int.MinValue);

    private readonly int[] _scratch = new int[Block.Size];

    /// <summary>Raw scores, 64 lanes a block; null while <see cref="_common"/> is everybody's.</summary>
    private int[]? _raw;

    /// <summary>Lowest and highest raw score among the feasible lanes of each block, where there is a column.</summary>
    private (int Low, int High)[] _blockRanges = [];

    /// <summary>The same over all blocks.</summary>
    private (int Low, int High) _range;

    /// <summary>The raw score of all nodes asked about so far; null before the first.</summary>
    private int? _common;
    private int _blocks;

    public IScorePlugin Plugin => slot.Plugin;

    /// <summary>True where all nodes have the same score.</summary>
    public bool IsUniform => _raw is null;

    /// <summary>True where the plugin looks at nodes alone.</summary>
    public bool LooksAtNodesAlone { get; } = slot.Plugin.ScoreReads == Reads.Nodes;

    /// <summary>Memory that this takes, bytes.</summary>
    public long Bytes => _raw is null ? 0 : ((long)_raw.Length * sizeof(int)) + ((long)_blockRanges.Length * 2 * sizeof(int));

    /// <summary>Forgets everything, and makes room for so many blocks.</summary>
    public void Reset(int blocks)
    {
        _blocks = blocks;
        _raw = null;
        _common = null;
        _range = Empty;
    }

    /// <summary>True where it is plain to see that the plugin would give each of <paramref name="lanes"/> the score that all others have. Any thread, as long as none writes.</summary>
    public bool IsAlike(in PluginContext context, Block block, ulong lanes) =>
        _raw is null && _common is { } common && slot.Plugin.TryScoreAlike(context with { State = slot.State }, block, lanes, out int alike) && alike == common;

    /// <summary>Asks the plugin.</summary>
    /// <returns>True where all nodes had the same score before, and no longer have.</returns>
    public bool Score(in PluginContext context, int b, Block block, ulong lanes)
    {
        PluginContext asked = context with { State = slot.State };
        if (_raw is not null)
        {
            slot.Plugin.Score(asked, block, lanes, _scratch);
            LaneTotals.Set(_raw.AsSpan(b * Block.Size, Block.Size), _scratch, shift: 0, factor: 1, lanes);
            return false;
        }

        if (slot.Plugin.TryScoreAlike(asked, block, lanes, out int alike) && (_common ??= alike) == alike)
        {
            return false;
        }

        slot.Plugin.Score(asked, block, lanes, _scratch);
        (int low, int high) = LaneTotals.Range(_scratch, lanes);
        _common ??= low;
        if (low == high && low == _common)
        {
            return false;
        }

        _raw = new int[_blocks * Block.Size];
        _blockRanges = new (int, int)[_blocks];
        Array.Fill(_raw, _common.Value);
        Array.Fill(_blockRanges, Empty);
        LaneTotals.Set(_raw.AsSpan(b * Block.Size, Block.Size), _scratch, shift: 0, factor: 1, lanes);
        return true;
    }

    /// <summary>Finds a block's range again.</summary>
    /// <returns>True where it moved.</returns>
    public bool Settle(int b, ulong feasible)
    {
        if (_raw is null)
        {
            return false;
        }

        (int, int) range = LaneTotals.Range(_raw.AsSpan(b * Block.Size, Block.Size), feasible);
        bool moved = _blockRanges[b] != range;
        _blockRanges[b] = range;
        return moved;
    }

    /// <summary>Finds the range over all blocks again.</summary>
    /// <returns>True where it is another, so that every score is.</returns>
    public bool Recompute()
    {
        (int low, int high) = Empty;
        if (_raw is not null)
        {
            foreach ((int blockLow, int blockHigh) in _blockRanges)
            {
                low = Math.Min(low, blockLow);
                high = Math.Max(high, blockHigh);
            }
        }

        bool changed = _range != (low, high);
        _range = (low, high);
        return changed;
    }

    /// <summary>The weighted final score of a feasible node, by its index.</summary>
    public int TotalOf(int node)
    {
        int common = _common ?? 0;
        (int raw, (int low, int high)) = _raw is null ? (common, (common, common)) : (_raw[node], _range);
        return slot.Weigh(slot.Normalizer!.NormalizeScore(raw, low, high));
    }
}
