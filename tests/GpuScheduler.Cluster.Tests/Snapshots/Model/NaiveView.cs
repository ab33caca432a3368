using System.Collections.Immutable;

namespace GpuScheduler.Cluster.Tests;

/// <summary>A whole cluster of the model: nodes by name, nothing else. Being immutable, it is its own snapshot.</summary>
internal sealed record NaiveView(ImmutableSortedDictionary<string, NaiveNode> Nodes)
{
    public static readonly NaiveView Empty = new(ImmutableSortedDictionary.Create<string, NaiveNode>(StringComparer.Ordinal));

    public NaiveView With(NaiveNode node) => new(Nodes.SetItem(node.Node.Name, node));

    /// <summary>Fails where anything that <paramref name="view"/> says differs from what this model says.</summary>
    public void AssertSame(ClusterView view)
    {
        view.AssertInvariants();
        Equal(Nodes.Count, view.NodeCount, "nodes");
        foreach ((string name, NaiveNode expected) in Nodes)
        {
            Require(view.Directory.TryFind(name, out int index), $"{name} is not found");
            Require(ReferenceEquals(view.NodeAt(index), expected.Node), $"{name} is another state of the node");
            Block block = view.BlockOf(index);
            int lane = index % Block.Size;
            AssertPods(expected, block, lane);
            AssertColumns(expected, view.Vocabulary, block, lane);
            AssertDevices(expected, block, lane);
        }
    }

    private static void AssertPods(NaiveNode expected, Block block, int lane)
    {
        List<NaivePod> actual = [];
        foreach (Placement placement in block.PlacementsOn(lane))
        {
            actual.Add(new NaivePod(placement.Pod, placement.Class, placement.Devices, placement.Missing));
        }

        IEnumerable<NaivePod> Sorted(IEnumerable<NaivePod> pods) => pods.OrderBy(p => p.Pod.Name, StringComparer.Ordinal);
        Require(Sorted(expected.Pods).SequenceEqual(Sorted(actual)), $"{expected.Node}: other pods, or other devices of pods");
    }

    private static void AssertColumns(NaiveNode expected, Vocabulary vocabulary, Block block, int lane)
    {
        for (int r = 0; r < vocabulary.Resources.Count; r++)
        {
            string resource = vocabulary.Resources[r];
            Equal(expected.Requested(resource), block.Requested(r)[lane], $"{expected.Node}: requested {resource}");
            Equal(expected.Node.Allocatable[resource], block.Nodes.Allocatable(r)[lane], $"{expected.Node}: allocatable {resource}");
        }

        Equal(expected.Pods.Sum(p => p.Class.NonZeroCpuMilli), block.NonZeroCpu[lane], $"{expected.Node}: assumed CPU");
        Equal(expected.Pods.Sum(p => p.Class.NonZeroMemoryBytes), block.NonZeroMemory[lane], $"{expected.Node}: assumed memory");
    }

    private static void AssertDevices(NaiveNode expected, Block block, int lane)
    {
        int[] free = [.. Enumerable.Range(0, expected.Node.Shape.Count).Select(expected.FreeMilli)];
        for (int device = 0; device < block.Nodes.Slots; device++)
        {
            bool has = device < free.Length;
            Equal(has ? free[device] : 0, block.FreeMilliOf(lane, device), $"{expected.Node}: free milli of {device}");
            Equal(has ? expected.FreeMemory(device) : 0, block.FreeMemory[(device * Block.Size) + lane], $"{expected.Node}: free memory of {device}");
        }

        Equal(free.Count(f => f == Device.FullMilli), block.WholeFree[lane], $"{expected.Node}: whole free devices");
        Equal(free.DefaultIfEmpty(0).Max(), block.LargestFree[lane], $"{expected.Node}: largest free share");
        Equal(free.Sum(), block.TotalFree[lane], $"{expected.Node}: total free share");
        int[] partial = [.. free.Where(f => f is > 0 and < Device.FullMilli).Select(f => (int)f).OrderDescending()];
        for (int k = 0; k < block.Nodes.Slots; k++)
        {
            Equal(k < partial.Length ? partial[k] : 0, block.PartialFree[(k * Block.Size) + lane], $"{expected.Node}: free share of the used device that has most but {k}");
        }

    }

    private static void Equal(long expected, long actual, string what) => Require(expected == actual, $"{what}: {actual}, not {expected}");

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
