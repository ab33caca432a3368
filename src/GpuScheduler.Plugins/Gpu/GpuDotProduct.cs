using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// Prefers the node whose free (CPU, GPU) has the smallest dot product with what the pod asks, as the simulator published with ATC'23 does
/// (Tetris, SIGCOMM'14, prefers the largest).
/// </summary>
public sealed class GpuDotProduct : GpuScore
{
    public override string Name => "GpuDotProduct";

    private protected override void Score(
        in PluginContext context, Block block, ulong lanes, DeviceShape shape, DeviceNeed need, Span<int> scores)
    {
        double cpu = context.Pod.AmountOf(Vocabulary.CpuId) / GpuVectors.MaxCpuMilli;
        double gpu = (long)need.Count * need.MilliMost / GpuVectors.MaxGpuMilli;
        foreach (int lane in new Lanes(lanes))
        {
            double product = (GpuVectors.FreeCpu(block, lane) / GpuVectors.MaxCpuMilli * cpu)
                + (block.TotalFree[lane] / GpuVectors.MaxGpuMilli * gpu);

            // Beyond 0 to 100 only on machines larger than the one measured with.
            scores[lane] = (int)Math.Clamp((long)(100 * (1 - (product / 2))), 0, IScorePlugin.MaxNodeScore);
        }
    }
}
