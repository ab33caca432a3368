using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// What is known of one pod class, block by block. Each block's part is stamped with the block's own stamp; where that still matches,
/// the answer stands, and where only some nodes of the block changed, only those are asked again. There is no invalidation.
/// </summary>
internal sealed class ClassMemo(ClassPlan plan)
{
    private const int Rescan = -2;

    private readonly BlockTournament _tournament = new();
    private readonly long[] _scratch = new long[Block.Size];

    private int _blocks;
    private long[] _stamps = [];
    private long[] _chains = [];
    private long[] _nodesStamps = [];
    private ulong[] _nodeMasks = [];
    private ulong[] _feasible = [];
    private int[] _bestLanes = [];

    /// <summary>Sum of the plain scores, 64 lanes a block; meaningful where feasible.</summary>
    private long[] _plain = [];

    /// <summary>Raw scores of each normalised plugin, 64 lanes a block.</summary>
    private readonly long[][] _raw = new long[plan.NormalizedScores.Length][];

    /// <summary>Smallest and largest raw score of each normalised plugin, per block.</summary>
    private readonly (long Low, long High)[][] _blockRanges = new (long, long)[plan.NormalizedScores.Length][];

    /// <summary>The same over all blocks.</summary>
    private readonly (long Low, long High)[] _ranges = new (long, long)[plan.NormalizedScores.Length];

    private long _imagesStamp = -1;
    private long _pluginVersions;
    private readonly List<int> _changed = [];

    /// <summary>The last explanation of why nothing fits; dropped when any block is looked at again.</summary>
    public Rejections? LastRejections { get; set; }

    public ClassPlan Plan => plan;

    /// <summary>For an eviction rule: the last use, as a count of decisions.</summary>
    public long LastUse { get; set; }

    /// <summary>About how much memory this takes, bytes.</summary>
    public long Bytes => (long)_blocks * (Block.Size * sizeof(long) * (1 + _raw.Length) + 64);

    /// <summary>Brings everything up to the state of <paramref name="view"/>, and answers the best node or -1.</summary>
    public int Best(ClusterView view, long attempt, long pluginVersions, out long score)
    {
        ReadOnlySpan<long> stamps = view.Stamps;
        if (stamps.Length != _blocks || plan.FiltersReadAttempt || pluginVersions != _pluginVersions || (plan.ReadsImages && view.Images.Stamp != _imagesStamp))
        {
            Forget(stamps.Length);
            _pluginVersions = pluginVersions;
            _imagesStamp = view.Images.Stamp;
        }

        Refresh(view, stamps, attempt);
        if (plan.ScoresReadAttempt)
        {
            ScoreAgain(view, attempt);
        }

        int winner = _tournament.Winner;
        if (winner < 0)
        {
            score = 0;
            return -1;
        }

        score = _tournament.ScoreOf(winner);
        return (winner * Block.Size) + _bestLanes[winner];
    }

    private void Forget(int blocks)
    {
        LastRejections = null;
        if (blocks != _blocks)
        {
            _blocks = blocks;
            _stamps = new long[blocks];
            _chains = new long[blocks];
            _nodesStamps = new long[blocks];
            _nodeMasks = new ulong[blocks];
            _feasible = new ulong[blocks];
            _bestLanes = new int[blocks];
            _plain = new long[blocks * Block.Size];
            for (int k = 0; k < _raw.Length; k++)
            {
                _raw[k] = new long[blocks * Block.Size];
                _blockRanges[k] = new (long, long)[blocks];
            }
        }

        Array.Fill(_stamps, -1);
        Array.Fill(_chains, -1);
        Array.Fill(_nodesStamps, -1);
        Array.Clear(_feasible);
        foreach ((long Low, long High)[] ranges in _blockRanges)
        {
            Array.Fill(ranges, (long.MaxValue, long.MinValue));
        }

        Array.Fill(_ranges, (long.MaxValue, long.MinValue));
        Array.Fill(_bestLanes, -1);
        _tournament.Reset(blocks);
    }

    private void Refresh(ClusterView view, ReadOnlySpan<long> stamps, long attempt)
    {
        _changed.Clear();
        bool rangesMoved = false;
        ReadOnlySpan<Block> blocks = view.Blocks;
        for (int b = 0; ; b++)
        {
            b += stamps[b..].CommonPrefixLength(_stamps.AsSpan(b));
            if (b >= stamps.Length)
            {
                break;
            }

            rangesMoved |= RefreshBlock(view, b, blocks[b], attempt);
            _changed.Add(b);
        }

        if (_changed.Count == 0)
        {
            return;
        }

        LastRejections = null;
        if (rangesMoved && RecomputeRanges())
        {
            for (int b = 0; b < _blocks; b++)
            {
                FindBest(blocks[b], b);
                SetLazily(blocks[b], b);
            }

            _tournament.Rebuild();
            return;
        }

        bool many = _changed.Count > _blocks / 8 + 1;
        foreach (int b in _changed)
        {
            if (_bestLanes[b] == Rescan)
            {
                FindBest(blocks[b], b);
            }

            if (many)
            {
                SetLazily(blocks[b], b);
            }
            else
            {
                int lane = _bestLanes[b];
                _tournament.Set(b, lane >= 0, lane < 0 ? 0 : Total((b * Block.Size) + lane), lane < 0 ? 0 : blocks[b].Nodes.TieKeys[lane]);
            }
        }

        if (many)
        {
            _tournament.Rebuild();
        }
    }

    private void SetLazily(Block block, int b)
    {
        int lane = _bestLanes[b];
        _tournament.SetLazily(b, lane >= 0, lane < 0 ? 0 : Total((b * Block.Size) + lane), lane < 0 ? 0 : block.Nodes.TieKeys[lane]);
    }

    /// <summary>Asks the plugins again about the nodes of a block that changed.</summary>
    /// <returns>True where the range of a normalised score may have moved.</returns>
    private bool RefreshBlock(ClusterView view, int b, Block block, long attempt)
    {
        ulong lanes;
        bool inChain = _chains[b] == block.Chain && _stamps[b] < block.Stamp;
        if (_nodesStamps[b] != block.Nodes.Stamp)
        {
            _nodesStamps[b] = block.Nodes.Stamp;
            _nodeMasks[b] = FilterNodes(view, block, attempt);
            lanes = ulong.MaxValue;
        }
        else
        {
            lanes = inChain ? ColumnMask.GreaterThan(block.NodeStamps, _stamps[b]) : ulong.MaxValue;
        }

        _stamps[b] = block.Stamp;
        _chains[b] = block.Chain;
        ulong passed = lanes & _nodeMasks[b];
        foreach (ref readonly FilterSlot slot in plan.UsageFilters.AsSpan())
        {
            if (passed == 0)
            {
                break;
            }

            passed = slot.Plugin.Filter(new PluginContext(plan.Class, slot.State, view, attempt), block, passed);
        }

        ulong before = _feasible[b];
        ulong feasible = (before & ~lanes) | passed;
        _feasible[b] = feasible;
        if (!plan.ScoresReadAttempt)
        {
            ScoreLanes(view, b, block, passed, attempt);
        }

        return Settle(block, b, lanes, before, feasible);
    }

    private ulong FilterNodes(ClusterView view, Block block, long attempt)
    {
        ulong passed = block.Nodes.Present;
        if (plan.NodeNames is { } names)
        {
            ulong named = 0;
            foreach (int lane in new Lanes(passed))
            {
                named |= names.Contains(block.Nodes[lane].Name) ? 1UL << lane : 0;
            }

            passed = named;
        }

        foreach (ref readonly FilterSlot slot in plan.NodeFilters.AsSpan())
        {
            if (passed == 0)
            {
                break;
            }

            passed = slot.Plugin.Filter(new PluginContext(plan.Class, slot.State, view, attempt), block, passed);
        }

        return passed;
    }

    private void ScoreLanes(ClusterView view, int b, Block block, ulong lanes, long attempt)
    {
        if (lanes == 0)
        {
            return;
        }

        Span<long> plain = _plain.AsSpan(b * Block.Size, Block.Size);
        Span<long> scratch = _scratch;
        bool first = true;
        foreach (ref readonly ScoreSlot slot in plan.PlainScores.AsSpan())
        {
            slot.Plugin.Score(new PluginContext(plan.Class, slot.State, view, attempt), block, lanes, scratch);
            long factor = slot.Factor;
            if (first)
            {
                foreach (int lane in new Lanes(lanes))
                {
                    plain[lane] = factor * scratch[lane];
                }
            }
            else
            {
                foreach (int lane in new Lanes(lanes))
                {
                    plain[lane] += factor * scratch[lane];
                }
            }

            first = false;
        }

        for (int k = 0; k < _raw.Length; k++)
        {
            ref readonly ScoreSlot slot = ref plan.NormalizedScores[k];
            slot.Plugin.Score(
                new PluginContext(plan.Class, slot.State, view, attempt), block, lanes, _raw[k].AsSpan(b * Block.Size, Block.Size));
        }
    }

    /// <summary>Finds out whether the block's best node may have changed, and its score ranges.</summary>
    private bool Settle(Block block, int b, ulong lanes, ulong before, ulong feasible)
    {
        bool moved = false;
        for (int k = 0; k < _raw.Length; k++)
        {
            ReadOnlySpan<long> raw = _raw[k].AsSpan(b * Block.Size, Block.Size);
            (long low, long high) = (long.MaxValue, long.MinValue);
            foreach (int lane in new Lanes(feasible))
            {
                low = Math.Min(low, raw[lane]);
                high = Math.Max(high, raw[lane]);
            }

            moved |= _blockRanges[k][b] != (low, high);
            _blockRanges[k][b] = (low, high);
        }

        int best = _bestLanes[b];
        bool bestStands = best >= 0 && (lanes >> best & 1) == 0;
        if (bestStands && !moved && BitOperations.PopCount(lanes) <= 8)
        {
            // The best node was not touched: only a changed one can beat it.
            foreach (int lane in new Lanes(lanes & feasible))
            {
                if (Beats(block, b, lane, best))
                {
                    best = lane;
                }
            }

            _bestLanes[b] = best;
        }
        else
        {
            _bestLanes[b] = feasible == 0 ? -1 : Rescan;
        }

        return moved;
    }

    private bool RecomputeRanges()
    {
        bool changed = false;
        for (int k = 0; k < _ranges.Length; k++)
        {
            (long low, long high) = (long.MaxValue, long.MinValue);
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

    private void ScoreAgain(ClusterView view, long attempt)
    {
        ReadOnlySpan<Block> blocks = view.Blocks;
        for (int b = 0; b < _blocks; b++)
        {
            ScoreLanes(view, b, blocks[b], _feasible[b], attempt);
            Settle(blocks[b], b, ulong.MaxValue, _feasible[b], _feasible[b]);
        }

        RecomputeRanges();
        for (int b = 0; b < _blocks; b++)
        {
            FindBest(blocks[b], b);
            SetLazily(blocks[b], b);
        }

        _tournament.Rebuild();
    }

    private void FindBest(Block block, int b)
    {
        ulong feasible = _feasible[b];
        if (feasible == 0)
        {
            _bestLanes[b] = -1;
            return;
        }

        int best = -1;
        long bestTotal = long.MinValue;
        ReadOnlySpan<ulong> ties = block.Nodes.TieKeys;
        foreach (int lane in new Lanes(feasible))
        {
            long total = Total((b * Block.Size) + lane);
            if (total > bestTotal || (total == bestTotal && ties[lane] < ties[best]))
            {
                (best, bestTotal) = (lane, total);
            }
        }

        _bestLanes[b] = best;
    }

    private bool Beats(Block block, int b, int lane, int other)
    {
        long mine = Total((b * Block.Size) + lane), its = Total((b * Block.Size) + other);
        return mine > its
            || (mine == its && (block.Nodes.TieKeys[lane] < block.Nodes.TieKeys[other]
                || (block.Nodes.TieKeys[lane] == block.Nodes.TieKeys[other] && lane < other)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Total(int at)
    {
        long total = plan.PlainScores.Length == 0 ? 0 : _plain[at];
        return _raw.Length == 0 ? total : total + NormalizedTotal(at);
    }

    private long NormalizedTotal(int at)
    {
        long total = 0;
        for (int k = 0; k < _raw.Length; k++)
        {
            ref readonly ScoreSlot slot = ref plan.NormalizedScores[k];
            (long low, long high) = _ranges[k];
            long score = slot.Normalizer!.NormalizeScore(_raw[k][at], low, high);
            Debug.Assert(score >= 0 && score <= IScorePlugin.MaxNodeScore * slot.Plugin.Precision);
            total += slot.Factor * score;
        }

        return total;
    }
}
