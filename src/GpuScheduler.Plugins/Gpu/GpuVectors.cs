using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>A node's free (CPU, GPU) as a vector, over the machine that the published policies measure with: 128 cores and 8 GPUs.</summary>
internal static class GpuVectors
{
    public const double MaxCpuMilli = 128_000, MaxGpuMilli = 8 * Device.FullMilli;

    /// <summary>CPU that is not requested, milli-cores.</summary>
    public static long FreeCpu(Block block, int lane) =>
        block.Nodes.Allocatable(Vocabulary.CpuId)[lane] - block.Requested(Vocabulary.CpuId)[lane];

    /// <summary>The part of such a machine that stays free after placement, 0 for none: CPU and GPU count half each.</summary>
    public static double LeftAfter(Block block, int lane, long cpuMilli, long gpuMilli)
    {
        // The order of the operations is that of the published simulator: its scores are truncated.
        double left = (FreeCpu(block, lane) - cpuMilli) / MaxCpuMilli * 0.5;
        return left + ((block.TotalFree[lane] - gpuMilli) / MaxGpuMilli * 0.5);
    }

    /// <summary>Spreads scores over 0 to 100, by integer division; all equal: 0.</summary>
    public static int Normalize(int score, int lowest, int highest) =>
        highest == lowest ? 0 : (int)(((long)score - lowest) * 100 / ((long)highest - lowest));
}
