using System.Diagnostics;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// The scores of one pod class that mean something only against those of the other feasible nodes. Raw scores are kept per node; what
/// is final follows from them and from the lowest and highest of each plugin, over all blocks.
/// </summary>
internal sealed class NormalizedScores(ScoreSlot[] slots)
{
    /// <summary>In the place of a common raw score: lanes differ, or none was asked yet.</summary>
    private const long Mixed = long.MinValue, Unseen = long.MaxValue;

    private static readonly (long Low, long High) Empty = (long.MaxValue, long.MinValue);

    /// <summary>Raw scores of each plugin, 64 lanes a block.</summary>
    private readonly long[][] _raw = new long[slots.Length][];

    /// <summary>
    /// Raw score that all lanes of a block have had so far, where the plugin looks at nodes alone. It spares the search for the block's
    /// range, which for taints and the like is nearly always the same everywhere.
    /// </summary>
    private readonly long[][] _common = new long[slots.Length][];

    /// <summary>Lowest and highest raw score among the feasible lanes of each block.</summary>
    private readonly (long Low, long High)[][] _blockRanges = new (long, long)[slots.Length][];

    /// <summary>The same over all blocks.</summary>
    private readonly (long Low, long High)[] _ranges = new (long, long)[slots.Length];

    /// <summary>How many plugins.</summary>
    public int Count => slots.Length;

    /// <summary>Forgets everything, and makes room for so many blocks.</summary>
    public void Reset(int blocks)
    {
        for (int k = 0; k < slots.Length; k++)
        {
            if (_raw[k]?.Length != blocks * Block.Size)
            {
                _raw[k] = new long[blocks * Block.Size];
                _common[k] = new long[blocks];
                _blockRanges[k] = new (long, long)[blocks];
            }

            Array.Fill(_common[k], Unseen);
            Array.Fill(_blockRanges[k], Empty);
        }

        Array.Fill(_ranges, Empty);
    }

    /// <summary>The nodes of a block are others now.</summary>
    public void ForgetNodes(int b)
    {
        foreach (long[] common in _common)
        {
            common[b] = Unseen;
        }
    }

    /// <summary>Asks the plugins.</summary>
    /// <param name="context">The question, without a plugin's state.</param>
    /// <param name="b">Index of the block.</param>
    /// <param name="block">The block.</param>
    /// <param name="lanes">Feasible lanes that changed.</param>
    /// <param name="fresh">Those of them that plugins which look at nodes alone have not answered for yet.</param>
    public void Score(in PluginContext context, int b, Block block, ulong lanes, ulong fresh)
    {
        for (int k = 0; k < slots.Length; k++)
        {
            ref readonly ScoreSlot slot = ref slots[k];
            bool looksAtNodesAlone = slot.Plugin.ScoreReads == Reads.Nodes;
            ulong asked = looksAtNodesAlone ? fresh : lanes;
            if (asked == 0)
            {
                continue;
            }

            Span<long> raw = _raw[k].AsSpan(b * Block.Size, Block.Size);
            slot.Plugin.Score(context with { State = slot.State }, block, asked, raw);
            ref long common = ref _common[k][b];
            if (!looksAtNodesAlone)
            {
                common = Mixed;
                continue;
            }

            foreach (int lane in new Lanes(asked))
            {
                common = common == Unseen || common == raw[lane] ? raw[lane] : Mixed;
            }
        }
    }

    /// <summary>Finds a block's ranges again.</summary>
    /// <returns>True where one of them moved.</returns>
    public bool Settle(int b, ulong feasible)
    {
        bool moved = false;
        for (int k = 0; k < slots.Length; k++)
        {
            (long low, long high) = Empty;
            long common = _common[k][b];
            if (common is not Mixed and not Unseen)
            {
                (low, high) = feasible == 0 ? Empty : (common, common);
            }
            else
            {
                ReadOnlySpan<long> raw = _raw[k].AsSpan(b * Block.Size, Block.Size);
                foreach (int lane in new Lanes(feasible))
                {
                    low = Math.Min(low, raw[lane]);
                    high = Math.Max(high, raw[lane]);
                }
            }

            ref (long Low, long High) range = ref _blockRanges[k][b];
            moved |= range.Low != low || range.High != high;
            range = (low, high);
        }

        return moved;
    }

    /// <summary>Finds the ranges over all blocks again.</summary>
    /// <returns>True where one of them is another, so that every total is.</returns>
    public bool Recompute()
    {
        bool changed = false;
        for (int k = 0; k < slots.Length; k++)
        {
            (long low, long high) = Empty;
            foreach ((long blockLow, long blockHigh) in _blockRanges[k])
            {
                low = Math.Min(low, blockLow);
                high = Math.Max(high, blockHigh);
            }

            changed |= _ranges[k] != (low, high);
            _ranges[k] = (low, high);
        }

        return changed;
    }

    /// <summary>The weighted final scores of a feasible node, by its index.</summary>
    public long TotalOf(int node)
    {
        long total = 0;
        for (int k = 0; k < slots.Length; k++)
        {
            ref readonly ScoreSlot slot = ref slots[k];
            (long low, long high) = _ranges[k];
            long common = _common[k][node / Block.Size];
            long raw = common is Mixed or Unseen ? _raw[k][node] : common;
            long score = slot.Normalizer!.NormalizeScore(raw, low, high);
            Debug.Assert(score >= 0 && score <= IScorePlugin.MaxNodeScore * slot.Plugin.Precision);
            total += slot.Factor * score;
        }

        return total;
    }
}
