using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>Measures how much of a node's free GPU compute the expected demand cannot use.</summary>
public interface IFragmentationGauge
{
    /// <summary>Expected fragment of a node, GPU milli.</summary>
    double Of(Block block, int lane);
}
