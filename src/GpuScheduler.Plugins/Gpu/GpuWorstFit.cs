using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// Spreads: the opposite of <see cref="GpuBestFit"/>. Prefers the node that has the most left afterwards, CPU and GPU counting alike
/// (half the free part of 128 cores plus half the free part of 8 GPUs, in whole percent, then spread over 0 to 100), and on it the devices with the most left.
/// </summary>
public sealed class GpuWorstFit : GpuScore, INormalizeScorePlugin
{
    public override string Name => "GpuWorstFit";

    public int NormalizeScore(int score, int lowest, int highest) => GpuVectors.Normalize(score, lowest, highest);

    public override DeviceSet ChooseDevices(in PluginContext context, Block block, int lane) =>
        DeviceChoice.Worst(DeviceNeeds.Of(context).For(block, lane), FreeDevices.Of(block, lane));

    private protected override void Score(
        in PluginContext context, Block block, ulong lanes, DeviceShape shape, DeviceNeed need, Span<int> scores)
    {
        long cpu = context.Pod.AmountOf(Vocabulary.CpuId), gpu = (long)need.Count * need.MilliMost;
        foreach (int lane in new Lanes(lanes))
        {
            scores[lane] = (int)(GpuVectors.LeftAfter(block, lane, cpu, gpu) * 100);
        }
    }
}
