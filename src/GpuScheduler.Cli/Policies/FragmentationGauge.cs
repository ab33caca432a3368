using GpuScheduler.Cluster;
using GpuScheduler.Plugins;
using GpuScheduler.Simulation;

namespace GpuScheduler.Cli;

/// <summary>Lends the plugins' measure of fragmentation to the simulation.</summary>
internal sealed class FragmentationGauge(TypicalPods typicalPods) : IFragmentationGauge
{
    private readonly Fragmentation _fragmentation = new(typicalPods);

    public double Of(Block block, int lane) => _fragmentation.Of(block, lane);
}
