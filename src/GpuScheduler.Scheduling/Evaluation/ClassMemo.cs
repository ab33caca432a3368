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
    private readonly BlockTournament _tournament = new();
    private readonly long[] _scratch = new long[Block.Size];

    private int _blocks;

    /// <summary>The stamp that each block had when it was last looked at, side by side, so that finding what changed is one scan.</summary>
    private long[] _stamps = [];
    private BlockMemo[] _entries = [];

    /// <summary>Sum of the plain scores, 64 lanes a block; meaningful where feasible.</summary>
    private long[] _plain = [];

    private readonly NormalizedScores _normalized = new(plan.NormalizedScores);
    private long _imagesStamp = -1;
    private long _pluginVersions;
    private readonly List<int> _changed = [];

    /// <summary>The last explanation of why nothing fits; dropped when any block is looked at again.</summary>
    public Rejections? LastRejections { get; set; }

    public ClassPlan Plan => plan;

    /// <summary>For an eviction rule: the last use, as a count of decisions.</summary>
    public long LastUse { get; set; }

    /// <summary>About how much memory this takes, bytes.</summary>
    public long Bytes => (long)_blocks * (Block.Size * sizeof(long) * (1 + _normalized.Count) + 64);

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
        return (winner * Block.Size) + _entries[winner].BestLane;
    }

    /// <summary>The best of some nodes or -1, as of the last <see cref="Best"/>.</summary>
    public int BestAmong(ClusterView view, NodeSet only, out long score)
    {
        int best = -1;
        score = long.MinValue;
        ulong bestTie = 0;
        for (int b = 0; b < _blocks; b++)
        {
            foreach (int lane in new Lanes(_entries[b].Feasible & only[b]))
            {
                long total = Total((b * Block.Size) + lane);
                ulong tie = view.Blocks[b].Nodes.TieKeys[lane];
                if (best < 0 || total > score || (total == score && tie < bestTie))
                {
                    (best, score, bestTie) = ((b * Block.Size) + lane, total, tie);
                }
            }
        }

        return best;
    }

    private void Forget(int blocks)
    {
        LastRejections = null;
        if (blocks != _blocks)
        {
            _blocks = blocks;
            _stamps = new long[blocks];
            _entries = new BlockMemo[blocks];
            _plain = new long[blocks * Block.Size];
        }

        Array.Fill(_stamps, -1);
        Array.Fill(_entries, BlockMemo.Nothing);
        _normalized.Reset(blocks);
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
        if (rangesMoved && _normalized.Recompute())
        {
            for (int b = 0; b < _blocks; b++)
            {
                FindBest(blocks[b], b);
                SetBest(blocks[b], b, lazily: true);
            }

            _tournament.Rebuild();
            return;
        }

        bool many = _changed.Count > _blocks / 8 + 1;
        foreach (int b in _changed)
        {
            if (_entries[b].BestLane == BlockMemo.Unknown)
            {
                FindBest(blocks[b], b);
            }

            SetBest(blocks[b], b, lazily: many);
        }

        if (many)
        {
            _tournament.Rebuild();
        }
    }

    /// <summary>Enters a block's best node in the tournament; <paramref name="lazily"/>: the caller rebuilds it afterwards.</summary>
    private void SetBest(Block block, int b, bool lazily)
    {
        int lane = _entries[b].BestLane;
        (long total, ulong tie) = lane < 0 ? default : (Total((b * Block.Size) + lane), block.Nodes.TieKeys[lane]);
        if (lazily)
        {
            _tournament.SetLazily(b, lane >= 0, total, tie);
        }
        else
        {
            _tournament.Set(b, lane >= 0, total, tie);
        }
    }

    /// <summary>Asks the plugins again about the nodes of a block that changed.</summary>
    /// <returns>True where the range of a normalised score may have moved.</returns>
    private bool RefreshBlock(ClusterView view, int b, Block block, long attempt)
    {
        ref BlockMemo entry = ref _entries[b];
        ulong lanes = entry.Chain == block.Chain && _stamps[b] < block.Stamp
            ? ColumnMask.GreaterThan(block.NodeStamps, _stamps[b])
            : ulong.MaxValue;
        if (entry.NodesStamp != block.Nodes.Stamp)
        {
            entry.NodesStamp = block.Nodes.Stamp;
            entry.NodeMask = FilterNodes(view, block, attempt);
            entry.Scored = 0;
            _normalized.ForgetNodes(b);
            lanes = ulong.MaxValue;
        }

        _stamps[b] = block.Stamp;
        entry.Chain = block.Chain;
        ulong passed = lanes & entry.NodeMask;
        foreach (ref readonly FilterSlot slot in plan.UsageFilters.AsSpan())
        {
            if (passed == 0)
            {
                break;
            }

            passed = slot.Plugin.Filter(new PluginContext(plan.Class, slot.State, view, attempt), block, passed);
        }

        ulong before = entry.Feasible;
        entry.Feasible = (before & ~lanes) | passed;
        if (!plan.ScoresReadAttempt)
        {
            ScoreLanes(view, b, block, passed, attempt);
        }

        return Settle(block, b, lanes);
    }

    private ulong FilterNodes(ClusterView view, Block block, long attempt)
    {
        ulong passed = plan.Named(block, block.Nodes.Present);

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

        ulong fresh = lanes & ~_entries[b].Scored;
        _entries[b].Scored |= lanes;
        _normalized.Score(new PluginContext(plan.Class, null, view, attempt), b, block, lanes, fresh);
    }

    /// <summary>Finds out whether the block's best node may have changed, and its score ranges.</summary>
    private bool Settle(Block block, int b, ulong lanes)
    {
        ref BlockMemo entry = ref _entries[b];
        ulong feasible = entry.Feasible;
        bool moved = _normalized.Settle(b, feasible);
        int best = entry.BestLane;
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

            entry.BestLane = best;
        }
        else
        {
            entry.BestLane = feasible == 0 ? BlockMemo.None : BlockMemo.Unknown;
        }

        return moved;
    }

    private void ScoreAgain(ClusterView view, long attempt)
    {
        ReadOnlySpan<Block> blocks = view.Blocks;
        for (int b = 0; b < _blocks; b++)
        {
            ScoreLanes(view, b, blocks[b], _entries[b].Feasible, attempt);
            Settle(blocks[b], b, ulong.MaxValue);
        }

        _normalized.Recompute();
        for (int b = 0; b < _blocks; b++)
        {
            FindBest(blocks[b], b);
            SetBest(blocks[b], b, lazily: true);
        }

        _tournament.Rebuild();
    }

    private void FindBest(Block block, int b)
    {
        ulong feasible = _entries[b].Feasible;
        if (feasible == 0)
        {
            _entries[b].BestLane = BlockMemo.None;
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

        _entries[b].BestLane = best;
    }

    private bool Beats(Block block, int b, int lane, int other)
    {
        long mine = Total((b * Block.Size) + lane), its = Total((b * Block.Size) + other);
        return mine > its
            || (mine == its && (block.Nodes.TieKeys[lane] < block.Nodes.TieKeys[other]
                || (block.Nodes.TieKeys[lane] == block.Nodes.TieKeys[other] && lane < other)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Total(int node)
    {
        long total = plan.PlainScores.Length == 0 ? 0 : _plain[node];
        return _normalized.Count == 0 ? total : total + _normalized.TotalOf(node);
    }
}
