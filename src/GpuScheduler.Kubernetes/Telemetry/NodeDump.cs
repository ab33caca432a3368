using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>A node of the snapshot as the debug port shows it.</summary>
public sealed record NodeDump
{
    public required string Name { get; init; }

    public required AllocationRegime Regime { get; init; }

    public bool Unschedulable { get; init; }

    /// <summary>As <c>key=value:Effect</c>.</summary>
    public ImmutableArray<string> Taints { get; init; } = [];

    /// <summary>By name of the resource, those alone that the node offers or pods there request.</summary>
    public required ImmutableSortedDictionary<string, ResourceDump> Resources { get; init; }

    public ImmutableArray<DeviceDump> Devices { get; init; } = [];

    /// <summary>Newest first.</summary>
    public ImmutableArray<PlacementDump> Pods { get; init; } = [];

    /// <summary>Every node, in the order of the snapshot, each made when it is asked for.</summary>
    public static IEnumerable<NodeDump> All(ClusterView cluster)
    {
        for (int block = 0; block < cluster.Blocks.Length; block++)
        {
            for (int lane = 0; lane < Block.Size; lane++)
            {
                if ((cluster.Blocks[block].Nodes.Present >> lane & 1) != 0)
                {
                    yield return Of(cluster, cluster.Blocks[block], lane);
                }
            }
        }
    }

    /// <summary>One node; null where there is none of this name.</summary>
    public static NodeDump? Find(ClusterView cluster, string name) => cluster.Directory.TryFind(name, out int node)
        ? Of(cluster, cluster.BlockOf(node), node % Block.Size)
        : null;

    private static NodeDump Of(ClusterView cluster, Block block, int lane)
    {
        Node node = block.Nodes[lane];
        return new NodeDump
        {
            Name = node.Name,
            Regime = node.Regime,
            Unschedulable = node.Unschedulable,
            Taints = [.. node.Taints.Select(t => t.ToString())],
            Resources = ResourcesOf(cluster, block, lane),
            Devices =
            [
                .. node.Shape.Devices.Select(d => new DeviceDump(
                    d.Index, d.Model, block.FreeMilliOf(lane, d.Index), d.MemoryMiB, block.FreeMemory[(d.Index * Block.Size) + lane],
                    d.IsUsable, d.Index < node.DeviceUuids.Length ? node.DeviceUuids[d.Index] : "")),
            ],
            Pods = PodsOn(block, lane),
        };
    }

    private static ImmutableSortedDictionary<string, ResourceDump> ResourcesOf(ClusterView cluster, Block block, int lane)
    {
        ImmutableSortedDictionary<string, ResourceDump>.Builder resources = ImmutableSortedDictionary.CreateBuilder<string, ResourceDump>(StringComparer.Ordinal);
        for (int id = 0; id < cluster.Vocabulary.Resources.Count; id++)
        {
            ResourceDump resource = new(block.Nodes.Allocatable(id)[lane], block.Requested(id)[lane]);
            if (resource != default)
            {
                resources.Add(cluster.Vocabulary.Resources[id], resource);
            }
        }

        return resources.ToImmutable();
    }

    private static ImmutableArray<PlacementDump> PodsOn(Block block, int lane)
    {
        ImmutableArray<PlacementDump>.Builder pods = ImmutableArray.CreateBuilder<PlacementDump>();
        foreach (Placement placement in block.PlacementsOn(lane))
        {
            pods.Add(new PlacementDump(
                placement.Pod.ToString(), placement.Pod.Uid, placement.Class.Devices.Source, placement.Devices.ToString(), placement.Missing.ToString()));
        }

        return pods.ToImmutable();
    }
}
