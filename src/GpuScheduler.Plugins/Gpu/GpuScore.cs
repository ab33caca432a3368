using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// What the GPU policies of the literature share: they look at one node at a time, at its CPU and its devices, and pick devices themselves.
/// </summary>
public abstract class GpuScore : IPreScorePlugin, IScorePlugin, IDevicePlugin
{
    private protected GpuScore()
    {
    }

    public abstract string Name { get; }

    public virtual Reads ScoreReads => Reads.Nodes | Reads.Usage;

    public virtual int Precision => 1;

    public PreScoreResult PreScore(PodClass pod, Vocabulary vocabulary) => PreScoreResult.With(new DeviceNeeds(pod.Devices));

    public virtual void Score(in PluginContext context, Block block, ulong lanes, Span<int> scores)
    {
        DeviceNeeds needs = DeviceNeeds.Of(context);
        foreach (LaneGroup<DeviceShape> group in block.Nodes.Shapes)
        {
            ulong asked = group.Lanes & lanes;
            if (asked != 0)
            {
                Score(context, block, asked, group.Value, needs.For(group), scores);
            }
        }
    }

    /// <summary>The fitting devices with the least left, unless a policy says otherwise.</summary>
    public virtual DeviceSet ChooseDevices(in PluginContext context, Block block, int lane) =>
        DeviceChoice.Best(DeviceNeeds.Of(context).For(block, lane), FreeDevices.Of(block, lane));

    /// <summary>Scores nodes of one shape.</summary>
    private protected abstract void Score(
        in PluginContext context, Block block, ulong lanes, DeviceShape shape, DeviceNeed need, Span<int> scores);
}
