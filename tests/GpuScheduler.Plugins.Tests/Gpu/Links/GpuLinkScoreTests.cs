using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

public sealed class GpuLinkScoreTests
{
    private static DeviceShape Shape(string name) => ShapeCatalog.BuiltIn.Find(name)!.Shape;

    [Test]
    public void Pods_that_talk_prefer_faster_links()
    {
        GpuCluster cluster = new(
            GpuCluster.Node("pcie", Shape("l40s-8")), GpuCluster.Node("bridges", Shape("a6000-pairs-8")), GpuCluster.Node("mesh", Shape("dgx-1-v100")),
            GpuCluster.Node("switch", Shape("hgx-h100-8")), GpuCluster.Node("unknown", DeviceShape.Uniform("V100", 8)));
        int[] two = Points(cluster, 2), eight = Points(cluster, 8);
        Assert.That(two.Take(5), Is.EqualTo(new[] { 50, 63, 61, 93, 33 }), "64, 112, 100, 900 and a supposed 32 GB/s");
        Assert.That(eight.Take(5), Is.EqualTo(new[] { 33, 33, 61, 93, 33 }), "a ring over both sockets, or over double links");
    }

    [Test]
    public void Pods_of_one_device_break_no_pair_where_another_node_has_a_single_device()
    {
        GpuCluster cluster = new(GpuCluster.Node("pairs", Shape("a6000-pairs-8")), GpuCluster.Node("single", Shape("a6000-pairs-8")), GpuCluster.Node("unknown", DeviceShape.Uniform("V100", 8)));
        foreach (int device in (int[])[0, 1])
        {
            cluster.Place(0, 0, GpuCluster.Share(1000), device);
        }

        foreach (int device in (int[])[1, 3])
        {
            cluster.Place(1, 0, GpuCluster.Share(1000), device);
        }

        // Six in three pairs: the third device of the two left over costs nobody; six with two singles are short of a pair, and five are not.
        int[] scores = cluster.Scores(new GpuLinkScore(), cluster.Class(0, GpuCluster.Share(1000)));
        Assert.That(scores[0], Is.EqualTo(50 * 16));
        Assert.That(scores[1], Is.GreaterThan(scores[0]));
        Assert.That(scores[2], Is.EqualTo(50 * 16));
    }

    [Test]
    public void Pods_without_whole_devices_are_not_scored() => Assert.Multiple(() =>
    {
        GpuCluster cluster = new();
        Assert.That(Code(DeviceRequest.None), Is.EqualTo(StatusCode.Skip));
        Assert.That(Code(GpuCluster.Share(500, 2)), Is.EqualTo(StatusCode.Skip));
        Assert.That(Code(GpuCluster.Memory(1000)), Is.EqualTo(StatusCode.Skip));
        Assert.That(Code(GpuCluster.Share(1000)), Is.EqualTo(StatusCode.Success));

        StatusCode Code(DeviceRequest request) => new GpuLinkScore().PreScore(cluster.Class(0, request), cluster.Writer.Vocabulary).Status.Code;
    });

    [Test]
    public void Nodes_without_known_links_are_all_equal() => Gen.Select(Gen.Int[1, 8], Gen.Int[0, 127]).Sample((count, used) =>
    {
        GpuCluster cluster = new(GpuCluster.Node("a", DeviceShape.Uniform("V100", 8)), GpuCluster.Node("b", DeviceShape.Uniform("T4", 16)));
        foreach (int device in new Lanes((ulong)used))
        {
            cluster.Place(1, 0, GpuCluster.Share(1000), device);
        }

        int[] scores = cluster.Scores(new GpuLinkScore(), cluster.Class(0, GpuCluster.Share(1000, count)));
        Assert.That(scores[0], Is.EqualTo(scores[1]));
    });

    [Test]
    public void Many_nodes_at_once_score_as_each_alone_within_bounds() => Gen.Select(Gen.Int, Gen.Int[1, 8]).Sample(
        (seed, count) =>
        {
            GpuCluster cluster = GpuCluster.Random(seed);
            GpuLinkScore plugin = new();
            GpuFit fit = new();
            PodClass pod = cluster.Class(0, GpuCluster.Share(1000, count, seed % 2 == 0 ? [] : ["A100"]));
            for (int b = 0; b < cluster.State.Blocks.Length; b++)
            {
                Block block = cluster.State.Blocks[b];
                ulong passed = fit.Filter(cluster.Context(fit, pod), block, block.Nodes.Present);
                int[] many = cluster.Scores(plugin, pod, b, passed);
                foreach (int lane in new Lanes(passed))
                {
                    Assert.That(cluster.Scores(plugin, pod, b, 1UL << lane)[lane], Is.EqualTo(many[lane]).And.InRange(0, 100 * plugin.Precision), $"lane {lane}");
                }
            }
        },
        iter: 60);

    [Test]
    public void Scoring_allocates_nothing_once_warm()
    {
        GpuCluster cluster = GpuCluster.Random(5);
        GpuLinkScore plugin = new();
        int[] scores = new int[Block.Size];
        PluginContext context = cluster.Context(plugin, cluster.Class(0, GpuCluster.Share(1000, 2)));
        Block block = cluster.State.Blocks[0];
        plugin.Score(context, block, block.Nodes.Present, scores);
        long before = GC.GetAllocatedBytesForCurrentThread();
        plugin.Score(context, block, block.Nodes.Present, scores);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static int[] Points(GpuCluster cluster, int count)
    {
        GpuLinkScore plugin = new();
        return [.. cluster.Scores(plugin, cluster.Class(0, GpuCluster.Share(1000, count))).Take(cluster.State.NodeCount).Select(s => s / plugin.Precision)];
    }
}
