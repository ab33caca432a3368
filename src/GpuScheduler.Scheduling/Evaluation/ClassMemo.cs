using System.Numerics;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// What is known of one pod class, block by block. What changed since it was last asked about is read off the state: from its log where that goes on from
/// where this class has read it, otherwise from the stamps of its blocks and nodes. There is no invalidation.
/// </summary>
/// <param name="plan">What is asked.</param>
/// <param name="times">Takes the time that plugins take; null: nobody wants to know.</param>
/// <param name="parallelism">Up to so many threads look at blocks where many have changed.</param>
internal sealed partial class ClassMemo(ClassPlan plan, PluginTimes? times, int parallelism)
{
    /// <summary>Up to so many changed lanes of a block are compared with its best one by one.</summary>
    private const int Few = 8;

    private readonly BlockBests _bests = new();
    private readonly int[] _scratch = new int[Block.Size];

    private int _blocks;

    /// <summary>The stamp that each block had when it was last looked at, side by side, so that finding what changed is one scan.</summary>
    private long[] _stamps = [];
    private BlockMemo[] _entries = [];

    /// <summary>The log of the state that was last looked at, and how much of it that state had; null: compare stamps.</summary>
    private ChangeLog? _log;
    private long _logged;

    /// <summary>Sum of the plain scores, 64 lanes a block; meaningful where feasible.</summary>
    private int[] _plain = [];

    private readonly NormalizedScores _normalized = new(plan.NormalizedScores);
    private long _imagesStamp = -1;

    /// <summary>Nothing has been looked at yet.</summary>
    private bool _isNew = true;
    private long _pluginVersions;

    /// <summary>The last explanation of why nothing fits; dropped when any block is looked at again.</summary>
    public Rejections? LastRejections { get; set; }

    public ClassPlan Plan => plan;

    /// <summary>For an eviction rule: the last use, as a count of decisions.</summary>
    public long LastUse { get; set; }

    /// <summary>About how much memory this takes, bytes.</summary>
    public long Bytes => ((long)_blocks * ((Block.Size * sizeof(int)) + 72)) + _normalized.Bytes + (Capacity?.Bytes ?? 0);

    /// <summary>Brings everything up to the state of <paramref name="view"/>, and answers the best node or -1.</summary>
    /// <param name="view">The state.</param>
    /// <param name="attempt">Number of the attempt.</param>
    /// <param name="pluginVersions">Of the tables that plugins publish; others than last time: everything is asked again.</param>
    /// <param name="changed">Memory to work with.</param>
    /// <param name="score">The node's total.</param>
    public int Best(ClusterView view, long attempt, long pluginVersions, ChangedNodes changed, out int score)
    {
        ReadOnlySpan<long> stamps = view.Stamps;
        if (stamps.Length != _blocks || plan.FiltersReadAttempt || pluginVersions != _pluginVersions || (plan.ReadsImages && view.Images.Stamp != _imagesStamp))
        {
            Forget(stamps.Length);
            _pluginVersions = pluginVersions;
            _imagesStamp = view.Images.Stamp;
        }

        Refresh(view, attempt, changed);
        if (plan.ScoresReadAttempt)
        {
            ScoreAgain(view, attempt);
        }

        int winner = _bests.Winner(view.Blocks, _entries);
        if (winner < 0)
        {
            score = 0;
            return -1;
        }

        score = _bests.ScoreOf(winner);
        return (winner * Block.Size) + _entries[winner].BestLane;
    }

    private void Forget(int blocks)
    {
        LastRejections = null;
        _log = null;
        _isNew = true;
        Epoch++;
        ScoresEpoch++;
        if (blocks != _blocks)
        {
            _blocks = blocks;
            _stamps = new long[blocks];
            _entries = new BlockMemo[blocks];

            // Without a score every total is 0; otherwise nothing is read that was not written.
            _plain = plan.PlainScores.Length == 0 ? new int[blocks * Block.Size] : GC.AllocateUninitializedArray<int>(blocks * Block.Size);
        }

        Array.Fill(_stamps, -1);
        Array.Fill(_entries, BlockMemo.Nothing);
        _normalized.Reset(blocks);
        _bests.Reset(blocks);
    }

    private void Refresh(ClusterView view, long attempt, ChangedNodes changed)
    {
        changed.Reset(_blocks);
        if (view.Log is { } log && ReferenceEquals(log, _log) && log.Count - _logged <= ChangeLog.Capacity)
        {
            changed.AddLogged(log, _logged);
        }
        else
        {
            CompareStamps(view, changed);
        }

        if (changed.Blocks.Count > 0)
        {
            Refresh(view, attempt, changed.Blocks, changed);
        }

        (_log, _logged) = (view.Log, view.Log?.Count ?? 0);
    }

    private void CompareStamps(ClusterView view, ChangedNodes changed)
    {
        ReadOnlySpan<long> stamps = view.Stamps;
        ReadOnlySpan<Block> blocks = view.Blocks;
        if (_isNew)
        {
            changed.AddAll(_blocks);
            _isNew = false;
            return;
        }

        for (int b = 0; ; b++)
        {
            b += stamps[b..].CommonPrefixLength(_stamps.AsSpan(b));
            if (b >= stamps.Length)
            {
                return;
            }

            bool follows = _entries[b].Chain == blocks[b].Chain && _stamps[b] < blocks[b].Stamp;
            changed.Add(b, follows ? ColumnMask.GreaterThan(blocks[b].NodeStamps, _stamps[b]) : ulong.MaxValue);
        }
    }

    private void Refresh(ClusterView view, long attempt, List<int> changedBlocks, ChangedNodes changed)
    {
        LastRejections = null;
        ReadOnlySpan<Block> blocks = view.Blocks;
        bool rangesMoved = false;
        int settled = AskAgain(view, attempt, changed, out bool differs);
        if (settled > 0)
        {
            _bests.FindWinnersAgain();
            if (settled == changedBlocks.Count)
            {
                return;
            }
        }

        foreach (int b in changedBlocks)
        {
            ulong lanes = changed.LanesOf(b);
            differs |= ScoreUnlike(view, b, lanes, attempt);
            rangesMoved |= Settle(blocks[b], b, lanes);
        }

        if (differs)
        {
            for (int b = 0; b < _blocks; b++)
            {
                rangesMoved |= _normalized.Settle(b, _entries[b].Feasible);
            }
        }

        if (rangesMoved && _normalized.Recompute())
        {
            ScoresEpoch++;
            for (int b = 0; b < _blocks; b++)
            {
                FindBest(blocks[b], b);
                SetBest(blocks[b], b);
            }

            return;
        }

        foreach (int b in changedBlocks)
        {
            ref BlockMemo entry = ref _entries[b];
            if (entry.BestLane == BlockMemo.Unknown)
            {
                FindBest(blocks[b], b);
            }

            if (entry.HasOtherBest)
            {
                SetBest(blocks[b], b);
            }
        }
    }

    private void SetBest(Block block, int b)
    {
        ref BlockMemo entry = ref _entries[b];
        entry.HasOtherBest = false;
        if (entry.BestLane < 0)
        {
            _bests.Clear(b);
        }
        else
        {
            _bests.Set(b, Total((b * Block.Size) + entry.BestLane), block.Nodes.TieKeys[entry.BestLane]);
        }
    }

    /// <summary>Finds out whether the block's best node may have changed, and its score ranges.</summary>
    private bool Settle(Block block, int b, ulong lanes)
    {
        ref BlockMemo entry = ref _entries[b];
        ulong feasible = entry.Feasible;
        bool moved = _normalized.Settle(b, feasible);
        if (BitOperations.PopCount(lanes) > Few)
        {
            entry.BestLane = BlockMemo.Unknown;
            entry.HasOtherBest = true;
            return moved;
        }

        int best = entry.BestLane;
        bool isChanged = best >= 0 && (lanes >> best & 1) != 0;
        int most = best < 0 ? 0 : isChanged ? Total((b * Block.Size) + best) : _bests.ScoreOf(b);
        if (best < 0 || moved || (isChanged && ((feasible >> best & 1) == 0 || most < _bests.ScoreOf(b))))
        {
            entry.BestLane = feasible == 0 ? BlockMemo.None : BlockMemo.Unknown;
            entry.HasOtherBest = true;
            return moved;
        }

        // What did not change cannot beat a best that is as good as before: only a changed one can.
        entry.HasOtherBest |= isChanged;
        foreach (int lane in new Lanes(lanes & feasible))
        {
            int total = Total((b * Block.Size) + lane);
            if (total > most || (total == most && IsBefore(block, lane, best)))
            {
                (best, most) = (lane, total);
                entry.HasOtherBest = true;
            }
        }

        entry.BestLane = best;
        return moved;
    }

    private void ScoreAgain(ClusterView view, long attempt)
    {
        ReadOnlySpan<Block> blocks = view.Blocks;
        for (int b = 0; b < _blocks; b++)
        {
            ScorePlain(view, b, blocks[b], _entries[b].Feasible, attempt, times);
            ScoreNormalized(view, b, blocks[b], _entries[b].Feasible, attempt);
        }

        for (int b = 0; b < _blocks; b++)
        {
            _normalized.Settle(b, _entries[b].Feasible);
        }

        _normalized.Recompute();
        ScoresEpoch++;
        for (int b = 0; b < _blocks; b++)
        {
            FindBest(blocks[b], b);
            SetBest(blocks[b], b);
        }
    }

    private void FindBest(Block block, int b)
    {
        ulong feasible = _entries[b].Feasible;
        if (feasible == 0)
        {
            _entries[b].BestLane = BlockMemo.None;
            return;
        }

        Span<int> totals = _plain.AsSpan(b * Block.Size, Block.Size);
        if (!_normalized.IsUniform)
        {
            foreach (int lane in new Lanes(feasible))
            {
                _scratch[lane] = Total((b * Block.Size) + lane);
            }

            totals = _scratch;
        }

        _entries[b].BestLane = LaneTotals.Best(totals, block.Nodes.TieKeys, feasible);
    }

    /// <summary>Who of two with the same total wins.</summary>
    private static bool IsBefore(Block block, int lane, int other)
    {
        ulong mine = block.Nodes.TieKeys[lane], its = block.Nodes.TieKeys[other];
        return mine < its || (mine == its && lane < other);
    }

    private int Total(int node) => _plain[node] + _normalized.TotalOf(node);
}
