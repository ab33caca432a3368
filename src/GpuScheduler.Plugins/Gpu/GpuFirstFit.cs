using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Prefers no node: the first in the order of ties gets the pod. What other policies are compared with.</summary>
public sealed class GpuFirstFit : GpuScore
{
    public override string Name => "GpuFirstFit";

    public override Reads ScoreReads => Reads.Nodes;

    private protected override void Score(
        in PluginContext context, Block block, ulong lanes, DeviceShape shape, DeviceNeed need, Span<int> scores)
    {
        foreach (int lane in new Lanes(lanes))
        {
            scores[lane] = 0;
        }
    }
}
