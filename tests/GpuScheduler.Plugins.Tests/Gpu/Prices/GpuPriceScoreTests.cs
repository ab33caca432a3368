using System.Collections.Immutable;
using CsCheck;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins.Tests;

public sealed class GpuPriceScoreTests
{
    /// <summary>Sums of the same doubles in another order differ by less.</summary>
    private const double RoundingMilli = 1e-4;

    /// <summary>What CPU strands is worked out in single precision: to a hundredth of a milli.</summary>
    private const int UnitsOfRounding = 8;

    private readonly GpuFit _fit = new();

    [Test]
    public void A_score_is_the_fall_in_what_the_whole_node_is_worth_and_the_devices_are_there_to_be_given() =>
        Gen.Int.Sample(
            seed =>
            {
                GpuCluster cluster = GpuCluster.Random(seed);
                Random random = new(seed);
                PodClass pod = cluster.Class(random.Next(1, 5) * 2000, random.Next(8) == 0 ? DeviceRequest.None : GpuCluster.RandomRequest(random));
                GpuPrices prices = RandomPrices(random);
                GpuPriceScore plugin = new();
                plugin.Publish(prices);
                for (int b = 0; b < cluster.State.Blocks.Length; b++)
                {
                    Block block = cluster.State.Blocks[b];
                    ulong passed = _fit.Filter(cluster.Context(_fit, pod), block, block.Nodes.Present);
                    int[] scores = cluster.Scores(plugin, pod, b, passed);
                    foreach (int lane in new Lanes(passed))
                    {
                        DeviceSet chosen = plugin.ChooseDevices(cluster.Context(plugin, pod), block, lane);
                        Assert.That(block.CanTake(lane, pod.Devices, chosen), $"{pod.Devices} on {chosen}");
                        foreach (int device in new Lanes(chosen.Bits))
                        {
                            Assert.That(pod.Devices.Allows(block.Nodes.Shape(lane).Devices[device].Model), "the model is one of those allowed");
                        }

                        double cost = CostOf(prices, pod, block, lane, chosen) / Math.Max(1, pod.Devices.Count);
                        Assert.That(scores[lane], Is.EqualTo(Points(cost)).Within(UnitsOfRounding), $"node {block.Nodes[lane]} costs {cost}");
                        if (pod.Devices.Count == 1)
                        {
                            AssertCheapest(prices, pod, block, lane, cost);
                        }
                    }
                }
            },
            iter: 100);

    [Test]
    public void Vectors_and_scalars_give_the_same_scores_on_lanes_that_were_asked_about_and_write_no_other() =>
        Gen.Select(Gen.Int, Gen.ULong, Gen.ULong).Sample(
            (seed, one, other) =>
            {
                GpuCluster cluster = GpuCluster.Random(seed);
                Random random = new(seed);
                DeviceRequest request = random.Next(6) switch { 0 => DeviceRequest.None, 1 => GpuCluster.Share(1000, 1 + random.Next(4)), _ => GpuCluster.RandomRequest(random) };
                PodClass pod = cluster.Class(random.Next(1, 5) * 2000, request);
                GpuPriceScore plugin = new();
                plugin.Publish(RandomPrices(random));
                PriceTable table = PriceTable.Of(cluster.Context(plugin, pod), plugin.Prices);
                foreach (Block block in cluster.State.Blocks)
                {
                    ulong lanes = 0;
                    foreach (LaneGroup<DeviceShape> group in block.Nodes.Shapes)
                    {
                        lanes |= table.For(group.Id) is null ? 0 : group.Lanes;
                    }

                    lanes &= random.Next(2) == 0 ? ulong.MaxValue : one | other;
                    int[] vector = new int[Block.Size], scalar = new int[Block.Size];
                    if (lanes != 0)
                    {
                        PriceLanes.ScoreVector(table, request.Count, block, lanes, vector);
                        PriceLanes.ScoreScalar(table, request.Count, block, lanes, scalar);
                        Assert.That(vector.Where((_, lane) => (lanes >> lane & 1) != 0), Is.EqualTo(scalar.Where((_, lane) => (lanes >> lane & 1) != 0)));
                    }
                }
            },
            iter: 400);

    [Test]
    public void More_free_cpu_than_32_bits_hold_counts_as_much_as_the_most_there_is()
    {
        GpuCluster cluster = new([.. Enumerable.Range(0, 12).Select(i => GpuCluster.Node($"n{i}", DeviceShape.Uniform("T4", 2, 15360), cpuMilli: i < 6 ? int.MaxValue : 1L << 40))]);
        GpuPriceScore plugin = new();
        plugin.Publish(RandomPrices(new Random(1)));
        PodClass pod = cluster.Class(1000, GpuCluster.Share(500));
        Assert.That(cluster.Scores(plugin, pod, 0, 0xFFF).Take(12).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Scoring_allocates_nothing_once_warm()
    {
        GpuCluster cluster = GpuCluster.Random(5);
        GpuPriceScore plugin = new();
        int[] scores = new int[Block.Size];
        foreach (DeviceRequest request in new[] { DeviceRequest.None, GpuCluster.Share(330), GpuCluster.Share(1000, 2), GpuCluster.Memory(9000) })
        {
            Framework.PluginContext context = cluster.Context(plugin, cluster.Class(1000, request));
            Block block = cluster.State.Blocks[0];
            plugin.Score(context, block, block.Nodes.Present, scores);
            long before = GC.GetAllocatedBytesForCurrentThread();
            plugin.Score(context, block, block.Nodes.Present, scores);
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero, $"{request}");
        }
    }

    [Test]
    public void Publishing_counts_versions()
    {
        GpuPriceScore plugin = new();
        long before = plugin.Version;
        plugin.Publish(GpuPrices.Uninformed);
        Assert.That(plugin.Version, Is.EqualTo(before + 1));
    }

    /// <summary>What the node is worth before, less what it is worth after: gaps with their model's mark-up, whole devices side by side, less what CPU strands.</summary>
    private static double CostOf(GpuPrices prices, PodClass pod, Block block, int lane, DeviceSet chosen)
    {
        DeviceShape shape = block.Nodes.Shape(lane);
        int[] before = [.. shape.Devices.Select(d => (int)block.FreeMilliOf(lane, d.Index))];
        int[] after = [.. before];
        foreach (int device in new Lanes(chosen.Bits))
        {
            pod.Devices.TryShareOf(shape.Devices[device], out DeviceShare share);
            after[device] -= share.Milli;
        }

        long cpu = block.Nodes.Allocatable(Vocabulary.CpuId)[lane] - block.Requested(Vocabulary.CpuId)[lane];
        double markUp = 1 + (prices.Surcharge(shape.Model) * 1000 / Math.Max(1, prices.GapValue(1000)));
        return Worth(before, cpu) - Worth(after, cpu - pod.AmountOf(Vocabulary.CpuId));

        double Worth(int[] free, long freeCpu) =>
            (markUp * free.Sum(prices.GapValue)) + prices.WholeValue(free.Count(f => f == 1000)) - prices.Stranded(freeCpu, free.Sum());
    }

    private static void AssertCheapest(GpuPrices prices, PodClass pod, Block block, int lane, double cost)
    {
        foreach (Device device in block.Nodes.Shape(lane).Devices)
        {
            DeviceSet other = DeviceSet.Only(device.Index);

            // CPU weighs on the node, not on its devices: what differs between devices that take the same share is their gap alone.
            if (pod.Devices.Allows(device.Model) && block.CanTake(lane, pod.Devices, other) && pod.Devices.MemoryMiB == 0)
            {
                Assert.That(CostOf(prices, pod, block, lane, other), Is.GreaterThanOrEqualTo(cost - RoundingMilli), $"device {device.Index}");
            }
        }
    }

    private static long Points(double cost) => (long)Math.Round((7000 - Math.Clamp(cost, -1000, 7000)) / 8000 * (100L << 16));

    private static GpuPrices RandomPrices(Random random)
    {
        double worth = 0;
        ImmutableArray<double> gaps = [.. Enumerable.Range(0, 1001).Select(g => worth += g > 0 && g % 10 == 0 ? random.NextDouble() * 20 : 0)];
        double whole = 0;
        return new GpuPrices(
            gaps,
            [.. Enumerable.Range(0, 17).Select(w => w == 0 ? 0 : whole += random.NextDouble() * 50)],
            [.. Enumerable.Range(0, random.Next(1, 300)).Select(i => 1.0 / (1 + i))],
            new Dictionary<string, double> { ["A100"] = random.NextDouble(), ["T4"] = random.NextDouble() });
    }
}
