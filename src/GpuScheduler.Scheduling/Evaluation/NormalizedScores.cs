using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// The scores of one pod class that mean something only against those of the other feasible nodes. Raw scores are kept per node; what
/// is final follows from them and from the lowest and highest of each plugin, over all blocks.
/// </summary>
internal sealed class NormalizedScores(ScoreSlot[] slots)
{
    private readonly NormalizedColumn[] _columns = [.. slots.Select(s => new NormalizedColumn(s))];

    /// <summary>The total of every node, where it is the same for all; worked out when first asked for.</summary>
    private int? _common;

    /// <summary>True where every node has the same total, so that nothing here decides between them.</summary>
    public bool IsUniform { get; private set; } = true;

    /// <summary>About how much memory this takes, bytes.</summary>
    public long Bytes => _columns.Sum(c => c.Bytes);

    /// <summary>Forgets everything, and makes room for so many blocks.</summary>
    public void Reset(int blocks)
    {
        IsUniform = true;
        _common = null;
        foreach (NormalizedColumn column in _columns)
        {
            column.Reset(blocks);
        }
    }

    /// <summary>Asks the plugins.</summary>
    /// <param name="context">The question, without a plugin's state.</param>
    /// <param name="b">Index of the block.</param>
    /// <param name="block">The block.</param>
    /// <param name="lanes">Feasible lanes that changed.</param>
    /// <param name="fresh">Those of them that plugins which look at nodes alone have not answered for yet.</param>
    /// <param name="times">Takes the time that plugins take.</param>
    /// <returns>True where nodes that had the same score no longer have: all blocks must <see cref="Settle"/>.</returns>
    public bool Score(in PluginContext context, int b, Block block, ulong lanes, ulong fresh, PluginTimes? times)
    {
        bool differs = false;
        foreach (NormalizedColumn column in _columns)
        {
            ulong asked = column.LooksAtNodesAlone ? fresh : lanes;
            if (asked != 0)
            {
                _common = null;
                differs |= column.Score(context, b, block, asked);
                times?.Stop(column.Plugin, ExtensionPoints.Score);
            }
        }

        IsUniform &= !differs;
        return differs;
    }

    /// <summary>True where it is plain to see that <see cref="Score"/> would change nothing. Any thread, as long as none writes.</summary>
    public bool IsAlike(in PluginContext context, Block block, ulong lanes, ulong fresh, PluginTimes? times)
    {
        foreach (NormalizedColumn column in _columns)
        {
            ulong asked = column.LooksAtNodesAlone ? fresh : lanes;
            if (asked == 0)
            {
                continue;
            }

            bool isAlike = column.IsAlike(context, block, asked);
            times?.Stop(column.Plugin, ExtensionPoints.Score);
            if (!isAlike)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Finds a block's ranges again.</summary>
    /// <returns>True where one of them moved.</returns>
    public bool Settle(int b, ulong feasible)
    {
        bool moved = false;
        if (!IsUniform)
        {
            foreach (NormalizedColumn column in _columns)
            {
                moved |= column.Settle(b, feasible);
            }
        }

        return moved;
    }

    /// <summary>Finds the ranges over all blocks again.</summary>
    /// <returns>True where one of them is another, so that every total is.</returns>
    public bool Recompute()
    {
        bool changed = false;
        foreach (NormalizedColumn column in _columns)
        {
            changed |= column.Recompute();
        }

        return changed;
    }

    /// <summary>Works out the total that all nodes have, as long as they do: after that any thread may ask for it, as long as none writes.</summary>
    public void FindCommon()
    {
        if (IsUniform)
        {
            _common ??= Sum(0);
        }
    }

    /// <summary>The weighted final scores of a feasible node, by its index.</summary>
    public int TotalOf(int node) => IsUniform ? _common ??= Sum(node) : Sum(node);

    private int Sum(int node)
    {
        int total = 0;
        foreach (NormalizedColumn column in _columns)
        {
            total += column.TotalOf(node);
        }

        return total;
    }
}
