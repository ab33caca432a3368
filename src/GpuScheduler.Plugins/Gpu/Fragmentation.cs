using System.Collections.Concurrent;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>
/// The fragmentation measure of FGD (Weng et al., "Beware of Fragmentation: Scheduling GPU-Sharing Workloads with Fragmentation Gradient
/// Descent", USENIX ATC'23): how much of what is free on a node a pod drawn from the typical ones is expected not to be able to use. Any thread.
/// </summary>
public sealed class Fragmentation(TypicalPods typicalPods)
{
    /// <summary>By the one instance of a shape that its cluster's vocabulary holds.</summary>
    private readonly ConcurrentDictionary<DeviceShape, FragmentationTable> _tables = new(ReferenceEqualityComparer.Instance);

    public TypicalPods TypicalPods { get; } = typicalPods;

    /// <summary>Expected fragment of a node, GPU milli.</summary>
    public double Of(Block block, int lane)
    {
        DeviceShape shape = ShapeGroups.Of(block, lane).Value;
        return For(shape).Of(GpuVectors.FreeCpu(block, lane), FreeDevices.Of(block, lane, shape.Count));
    }

    /// <summary>Expected fragment of all nodes together, GPU milli.</summary>
    public double Of(ClusterView cluster)
    {
        double sum = 0;
        foreach (Block block in cluster.Blocks)
        {
            foreach (LaneGroup<DeviceShape> group in block.Nodes.Shapes)
            {
                FragmentationTable table = For(group.Value);
                foreach (int lane in new Lanes(group.Lanes))
                {
                    sum += table.Of(GpuVectors.FreeCpu(block, lane), FreeDevices.Of(block, lane, group.Value.Count));
                }
            }
        }

        return sum;
    }

    /// <param name="shape">As a block's <see cref="BlockNodes.Shapes"/> gives it.</param>
    internal FragmentationTable For(DeviceShape shape) =>
        _tables.TryGetValue(shape, out FragmentationTable? table) ? table
            : _tables.GetOrAdd(shape, new FragmentationTable(TypicalPods.Pods, shape));
}
