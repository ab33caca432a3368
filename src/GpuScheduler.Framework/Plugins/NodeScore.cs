using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>A score that looks at one node at a time: the simple way to write one.</summary>
public abstract class NodeScore : IScorePlugin
{
    public abstract string Name { get; }

    public abstract Reads ScoreReads { get; }

    public virtual int Precision => 1;

    /// <summary>The node's raw score.</summary>
    protected abstract int Score(in PluginContext context, NodeInfo node);

    public void Score(in PluginContext context, Block block, ulong lanes, Span<int> scores)
    {
        foreach (int lane in new Lanes(lanes))
        {
            scores[lane] = Score(context, new NodeInfo(block, lane));
        }
    }
}
