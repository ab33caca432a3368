using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// Prefers the node that has the least left afterwards, CPU and GPU counting alike, and on it the devices with the least left.
/// Memory has no say. (Best-fit as published with ATC'23, "Beware of Fragmentation".)
/// </summary>
public sealed class GpuBestFit : GpuScore, INormalizeScorePlugin
{
    public override string Name => "GpuBestFit";

    public int NormalizeScore(int score, int lowest, int highest) => GpuVectors.Normalize(score, lowest, highest);

    private protected override void Score(
        in PluginContext context, Block block, ulong lanes, DeviceShape shape, DeviceNeed need, Span<int> scores)
    {
        long cpu = context.Pod.AmountOf(Vocabulary.CpuId), gpu = (long)need.Count * need.MilliMost;
        foreach (int lane in new Lanes(lanes))
        {
            scores[lane] = (int)((1.0 - GpuVectors.LeftAfter(block, lane, cpu, gpu)) * 100);
        }
    }
}
