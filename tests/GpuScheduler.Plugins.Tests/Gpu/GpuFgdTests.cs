using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

public sealed class GpuFgdTests
{
    private readonly GpuFit _fit = new();

    [Test]
    public void Scores_and_devices_are_those_of_the_definition_on_any_node_for_any_pod()
    {
        int cases = 0;
        Gen.Int.Sample(
            seed =>
            {
                GpuCluster cluster = GpuCluster.Random(seed);
                Random random = new(seed);
                TypicalPods target = RandomTarget(cluster, random);
                GpuFgd plugin = new(target);
                for (int i = 0; i < 24; i++)
                {
                    DeviceRequest request = random.Next(6) == 0 ? DeviceRequest.None : GpuCluster.RandomRequest(random);
                    Interlocked.Add(ref cases, Check(cluster, plugin, cluster.Class(random.Next(1, 9) * 2000, request)));
                }
            },
            iter: 230);

        // About 100,000, and random clusters make it vary by a tenth from run to run: this says that the check is not empty.
        Assert.That(cases, Is.GreaterThan(50_000));
    }

    [Test]
    public void A_share_goes_where_the_typical_pod_would_not_have_fitted_anyway()
    {
        // One class: 500 milli. Device 0 has 400 left, of no use to it; device 1 is whole.
        GpuCluster cluster = new(GpuCluster.Node("n", DeviceShape.Uniform("T4", 2)));
        cluster.Place(0, 0, GpuCluster.Share(600), 0);
        GpuFgd plugin = new(new TypicalPods([new TypicalPod(0, GpuCluster.Share(500), 1)]));
        PodClass pod = cluster.Class(0, GpuCluster.Share(300));
        Assert.That(plugin.ChooseDevices(cluster.Context(plugin, pod), cluster.State.Blocks[0], 0), Is.EqualTo(DeviceSet.Only(0)));

        // The fragment falls from 400 to 100: int(100 / (1 + e^-0.3)).
        Assert.That(cluster.Scores(plugin, pod)[0], Is.EqualTo(57));
    }

    [Test]
    public void Publishing_another_workload_changes_the_version_and_the_scores()
    {
        GpuCluster cluster = new(GpuCluster.Node("n", DeviceShape.Uniform("T4", 1)));
        PodClass pod = cluster.Class(1000, GpuCluster.Share(500));
        GpuFgd plugin = new(TypicalPods.None);
        long version = plugin.Version;
        Assert.That(cluster.Scores(plugin, pod)[0], Is.EqualTo(50));
        plugin.Publish(new TypicalPods([new TypicalPod(0, GpuCluster.Share(1000), 1)]));
        Assert.That(plugin.Version, Is.Not.EqualTo(version));

        // 500 milli that were good for a whole device are a fragment now: int(100 / (1 + e^0.5)).
        Assert.That(cluster.Scores(plugin, pod)[0], Is.EqualTo(37));
    }

    [Test]
    public void It_reads_nodes_and_usage_alone() =>
        Assert.That(new GpuFgd(TypicalPods.None).ScoreReads, Is.EqualTo(Reads.Nodes | Reads.Usage));

    [Test]
    public void Scoring_allocates_nothing_once_shapes_are_known()
    {
        GpuCluster cluster = GpuCluster.Random(5);
        GpuFgd plugin = new(RandomTarget(cluster, new Random(5)));
        Block block = cluster.State.Blocks[0];
        int[] scores = new int[Block.Size];
        foreach (DeviceRequest request in new[] { DeviceRequest.None, GpuCluster.Share(250), GpuCluster.Share(1000, 2), GpuCluster.Memory(4000) })
        {
            PluginContext context = cluster.Context(plugin, cluster.Class(1000, request));
            plugin.Score(context, block, block.Nodes.Present, scores);
            long before = GC.GetAllocatedBytesForCurrentThread();
            plugin.Score(context, block, block.Nodes.Present, scores);
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero, $"{request}");
        }
    }

    /// <summary>Checks each node that can take the pod; how many there were.</summary>
    private int Check(GpuCluster cluster, GpuFgd plugin, PodClass pod)
    {
        int cases = 0;
        PluginContext context = cluster.Context(plugin, pod);
        int[] scores = new int[Block.Size];
        foreach (Block block in cluster.State.Blocks)
        {
            ulong lanes = block.Nodes.Present & ColumnMask.HasRoom(
                block.Nodes.Allocatable(Vocabulary.CpuId), block.Requested(Vocabulary.CpuId), pod.AmountOf(Vocabulary.CpuId));
            lanes = pod.Devices.IsNone ? lanes : _fit.Filter(cluster.Context(_fit, pod), block, lanes);
            plugin.Score(context, block, lanes, scores);
            foreach (int lane in new Lanes(lanes))
            {
                (long score, int[] devices) = NaiveFragmentation.Fgd(
                    plugin.Fragmentation.TypicalPods, block.Nodes.Shape(lane), NaiveFragmentation.FreeCpu(block, lane),
                    NaiveFragmentation.Free(block, lane), pod);
                if (scores[lane] != score)
                {
                    Assert.Fail($"{pod.Devices} on {block.Nodes[lane]}: {scores[lane]}, not {score}");
                }

                if (!pod.Devices.IsNone)
                {
                    DeviceSet chosen = plugin.ChooseDevices(context, block, lane);

                    // Whole devices differ in their links alone, of which the definition knows nothing: DeviceChoiceTests.
                    bool byLinks = pod.Devices.IsExclusive && block.Nodes.Shape(lane).HasLinks;
                    if (!block.CanTake(lane, pod.Devices, chosen) || (!byLinks && !devices.All(chosen.Contains)))
                    {
                        Assert.Fail($"{pod.Devices} on {block.Nodes[lane]}: devices {chosen}, not {string.Join(',', devices)}");
                    }
                }

                cases++;
            }
        }

        return cases;
    }

    /// <summary>Up to 40 classes of pods, weighted at random; its probabilities are fractions that no double holds exactly.</summary>
    internal static TypicalPods RandomTarget(GpuCluster cluster, Random random) =>
        TypicalPods.Of(Enumerable.Range(0, random.Next(1, 40)).Select(_ => (
            cluster.Class(random.Next(1, 30) * 2000, random.Next(4) == 0 ? DeviceRequest.None : GpuCluster.RandomRequest(random)),
            (long)random.Next(1, 100))));
}
