using System.Numerics;
using System.Runtime.CompilerServices;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <content>Asks the plugins about nodes, block by block: what a block's answers are depends on no other, so that many can be asked about at once.</content>
internal sealed partial class ClassMemo
{
    /// <summary>
    /// Asks the plugins again about the nodes of a block that changed; of those whose scores are normalised only whether these are everybody's. What is known of
    /// other blocks is not touched. One thread a block.
    /// </summary>
    /// <param name="view">The state.</param>
    /// <param name="b">Index of the block.</param>
    /// <param name="attempt">Number of the attempt.</param>
    /// <param name="changed">Which nodes; a block with another history is added whole.</param>
    /// <param name="timed">Takes the time that plugins take; null: nobody wants to know.</param>
    /// <returns>True where that was all there is to do, and <see cref="BlockBests.Put"/> knows the best.</returns>
    internal bool AskAgain(ClusterView view, int b, long attempt, ChangedNodes changed, PluginTimes? timed)
    {
        Block block = view.Blocks[b];
        ref BlockMemo entry = ref _entries[b];
        if (entry.Chain != block.Chain)
        {
            // Another history, perhaps with other nodes.
            entry.Chain = block.Chain;
            changed.AddWhole(b);
            if (entry.NodesStamp != block.Nodes.Stamp)
            {
                entry.NodesStamp = block.Nodes.Stamp;
                entry.NodeMask = Filter(plan.NodeFilters, view, block, plan.Named(block, block.Nodes.Present), attempt, timed);
                entry.Scored = 0;
            }
        }

        ulong lanes = changed.LanesOf(b);
        _stamps[b] = block.Stamp;
        ulong passed = Filter(plan.UsageFilters, view, block, lanes & entry.NodeMask, attempt, timed);
        entry.Feasible = (entry.Feasible & ~lanes) | passed;
        if (plan.ScoresReadAttempt)
        {
            return false;
        }

        ScorePlain(view, b, block, passed, attempt, timed);
        entry.IsAlike = _normalized.IsAlike(new PluginContext(plan.Class, null, view, attempt), block, passed, passed & ~entry.Scored, timed);
        entry.Scored |= entry.IsAlike ? passed : 0;
        return entry.IsAlike && TrySettle(block, b, lanes);
    }

    /// <summary>Finds the block's best node where many have changed and no normalised score decides, so that other blocks do not matter.</summary>
    private bool TrySettle(Block block, int b, ulong changed)
    {
        if (plan.ScoresReadAttempt || !_normalized.IsUniform || BitOperations.PopCount(changed) <= Few)
        {
            return false;
        }

        FindBest(block, b);
        ref BlockMemo entry = ref _entries[b];
        entry.HasOtherBest = false;
        if (entry.BestLane < 0)
        {
            _bests.PutNone(b);
        }
        else
        {
            _bests.Put(b, Total((b * Block.Size) + entry.BestLane));
        }

        return true;
    }

    /// <param name="view">The state.</param>
    /// <param name="attempt">Number of the attempt.</param>
    /// <param name="changed">Which nodes.</param>
    /// <param name="differs">True where nodes differ in a normalised score in which none differed before.</param>
    /// <returns>How many blocks there is nothing left to do with.</returns>
    private int AskAgain(ClusterView view, long attempt, ChangedNodes changed, out bool differs)
    {
        if (changed.Blocks.Count < _blocks)
        {
            Prefetch(changed);
        }

        // Alone, so that what plugins find out for all blocks at once, and the normalised scores that all others are likely to have, are known to the others.
        int first = changed.Blocks[0];
        bool isSettled = AskAgain(view, first, attempt, changed, times);
        differs = ScoreUnlike(view, first, changed.LanesOf(first), attempt);
        _normalized.FindCommon();
        int settled = isSettled || TrySettle(view.Blocks[first], first, changed.LanesOf(first)) ? 1 : 0;
        int threads = Math.Min(parallelism, changed.Blocks.Count / BlockJob.LeastForThread);
        if (threads > 1)
        {
            return settled + new BlockJob(this, view, attempt, changed, from: 1).Run(threads - 1, times);
        }

        for (int i = 1; i < changed.Blocks.Count; i++)
        {
            settled += AskAgain(view, changed.Blocks[i], attempt, changed, times) ? 1 : 0;
        }

        return settled;
    }

    /// <summary>Has all that is known of the blocks read at once: in large clusters little of it is cached, and one block after the other would wait for memory.</summary>
    private void Prefetch(ChangedNodes changed)
    {
        foreach (int b in changed.Blocks)
        {
            CacheLines.Prefetch(ref _entries[b]);
            CacheLines.Prefetch(ref _plain[(b * Block.Size) + BitOperations.TrailingZeroCount(changed.LanesOf(b))]);
            _bests.Prefetch(b);
        }
    }

    private ulong Filter(FilterSlot[] filters, ClusterView view, Block block, ulong passed, long attempt, PluginTimes? timed)
    {
        timed?.Start();
        foreach (ref readonly FilterSlot slot in filters.AsSpan())
        {
            if (passed == 0)
            {
                break;
            }

            passed = slot.Plugin.Filter(new PluginContext(plan.Class, slot.State, view, attempt), block, passed);
            timed?.Stop(slot.Plugin, ExtensionPoints.Filter);
        }

        return passed;
    }

    [SkipLocalsInit]
    private void ScorePlain(ClusterView view, int b, Block block, ulong lanes, long attempt, PluginTimes? timed)
    {
        if (lanes == 0)
        {
            return;
        }

        Span<int> plain = _plain.AsSpan(b * Block.Size, Block.Size), scores = stackalloc int[Block.Size];

        // Totals of infeasible nodes are not read: where all that are feasible are scored, all lanes may be written.
        ulong written = lanes == _entries[b].Feasible && BitOperations.PopCount(lanes) > Few ? ulong.MaxValue : lanes;
        bool first = true;
        timed?.Start();
        foreach (ref readonly ScoreSlot slot in plan.PlainScores.AsSpan())
        {
            slot.Plugin.Score(new PluginContext(plan.Class, slot.State, view, attempt), block, lanes, scores);
            if (first)
            {
                LaneTotals.Set(plain, scores, slot.Shift, slot.Factor, written);
            }
            else
            {
                LaneTotals.Add(plain, scores, slot.Shift, slot.Factor, written);
            }

            first = false;
            timed?.Stop(slot.Plugin, ExtensionPoints.Score);
        }
    }

    /// <summary>Asks for the normalised scores of those that changed, where <see cref="AskAgain(ClusterView, int, long, ChangedNodes, PluginTimes?)"/> left that to do.</summary>
    /// <returns>True where nodes differ in one in which none differed before.</returns>
    private bool ScoreUnlike(ClusterView view, int b, ulong changed, long attempt)
    {
        ref BlockMemo entry = ref _entries[b];
        if (plan.ScoresReadAttempt || entry.IsAlike)
        {
            return false;
        }

        entry.IsAlike = true;
        return ScoreNormalized(view, b, view.Blocks[b], changed & entry.Feasible, attempt);
    }

    /// <returns>True where nodes differ in a normalised score in which none differed before.</returns>
    private bool ScoreNormalized(ClusterView view, int b, Block block, ulong lanes, long attempt)
    {
        if (lanes == 0)
        {
            return false;
        }

        ulong fresh = lanes & ~_entries[b].Scored;
        _entries[b].Scored |= lanes;
        times?.Start();
        return _normalized.Score(new PluginContext(plan.Class, null, view, attempt), b, block, lanes, fresh, times);
    }
}
