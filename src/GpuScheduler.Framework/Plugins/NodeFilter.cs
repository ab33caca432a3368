using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>A filter that answers for one node at a time: the simple way to write one.</summary>
public abstract class NodeFilter : IFilterPlugin
{
    public abstract string Name { get; }

    public abstract Reads FilterReads { get; }

    /// <summary>Success, or why the node cannot run the pod.</summary>
    protected abstract Status Filter(in PluginContext context, NodeInfo node);

    public ulong Filter(in PluginContext context, Block block, ulong lanes)
    {
        ulong passed = 0;
        foreach (int lane in new Lanes(lanes))
        {
            if (Filter(context, new NodeInfo(block, lane)).IsSuccess)
            {
                passed |= 1UL << lane;
            }
        }

        return passed;
    }

    public void Explain(in PluginContext context, Block block, ulong rejected, Rejections into)
    {
        foreach (int lane in new Lanes(rejected))
        {
            Status status = Filter(context, new NodeInfo(block, lane));
            into.Add(1UL << lane, status.Code, status.Reason ?? Name);
        }
    }
}
