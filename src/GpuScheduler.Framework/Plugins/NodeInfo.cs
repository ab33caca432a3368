using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>One node of a block: what it is and what is placed on it.</summary>
public readonly ref struct NodeInfo(Block block, int lane)
{
    public Block Block { get; } = block;

    public int Lane { get; } = lane;

    public Node Node => Block.Nodes[Lane];

    public long Allocatable(int resource) => Block.Nodes.Allocatable(resource)[Lane];

    public long Requested(int resource) => Block.Requested(resource)[Lane];

    public PlacementEnumerator Placements => Block.PlacementsOn(Lane);
}
