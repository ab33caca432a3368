using System.Numerics;
using System.Runtime.CompilerServices;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <content>Asks the plugins about nodes, block by block: what a block's answers are depends on no other, so that many can be asked about at once.</content>
internal sealed partial class ClassMemo
{
    /// <summary>Asks the plugins again about the nodes of a block that changed, all but those whose scores are normalised. One thread a block.</summary>
    /// <param name="view">The state.</param>
    /// <param name="b">Index of the block.</param>
    /// <param name="attempt">Number of the attempt.</param>
    /// <param name="changed">Which nodes; a block with another history is added whole.</param>
    /// <param name="timed">Takes the time that plugins take; null: nobody wants to know.</param>
    internal void AskAgain(ClusterView view, int b, long attempt, ChangedNodes changed, PluginTimes? timed)
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
        if (!plan.ScoresReadAttempt)
        {
            ScorePlain(view, b, block, passed, attempt, timed);
        }

        if (BitOperations.PopCount(lanes) > Few)
        {
            entry.BestLane = entry.Feasible == 0 ? BlockMemo.None
                : plan.ScoresReadAttempt || !_normalized.IsUniform ? BlockMemo.Unknown
                : LaneTotals.Best(_plain.AsSpan(b * Block.Size, Block.Size), block.Nodes.TieKeys, entry.Feasible);
        }
    }

    private void AskAgain(ClusterView view, long attempt, ChangedNodes changed)
    {
        Prefetch(changed);
        int threads = Math.Min(parallelism, changed.Blocks.Count / BlockJob.LeastForThread);
        if (threads > 1)
        {
            new BlockJob(this, view, attempt, changed).Run(threads - 1, times);
            return;
        }

        foreach (int b in changed.Blocks)
        {
            AskAgain(view, b, attempt, changed, times);
        }
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

    /// <returns>True where nodes differ in a normalised score in which none differed before.</returns>
    private bool ScoreNormalized(ClusterView view, int b, Block block, ulong lanes, long attempt)
    {
        if (lanes == 0 || plan.NormalizedScores.Length == 0)
        {
            return false;
        }

        ulong fresh = lanes & ~_entries[b].Scored;
        _entries[b].Scored |= lanes;
        times?.Start();
        return _normalized.Score(new PluginContext(plan.Class, null, view, attempt), b, block, lanes, fresh, times);
    }
}
