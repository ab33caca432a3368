using CsCheck;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins.Tests;

public sealed class FragmentationTests
{
    [Test]
    public void It_equals_the_definition_bit_by_bit_on_any_cluster() =>
        Gen.Int.Sample(
            seed =>
            {
                GpuCluster cluster = GpuCluster.Random(seed);
                TypicalPods target = GpuFgdTests.RandomTarget(cluster, new Random(seed));
                Fragmentation fragmentation = new(target);
                double sum = 0;
                foreach (Block block in cluster.State.Blocks)
                {
                    foreach (int lane in new Lanes(block.Nodes.Present))
                    {
                        double expected = NaiveFragmentation.Of(
                            target, block.Nodes.Shape(lane), NaiveFragmentation.FreeCpu(block, lane), NaiveFragmentation.Free(block, lane));
                        Assert.That(fragmentation.Of(block, lane), Is.EqualTo(expected), $"{block.Nodes[lane]}");
                        sum += expected;
                    }
                }

                Assert.That(fragmentation.Of(cluster.State), Is.EqualTo(sum).Within(1e-9).Percent);
            },
            iter: 200);

    [TestCase(0, 4000, 1300, Description = "fits: what the devices too full for it have left")]
    [TestCase(4001, 4000, 2000, Description = "lacks CPU: all")]
    public void A_class_that_fits_cannot_use_devices_too_full_for_it_and_one_that_does_not_cannot_use_any(long cpu, long freeCpu, double expected)
    {
        GpuCluster cluster = new(GpuCluster.Node("n", DeviceShape.Uniform("T4", 4), freeCpu));
        cluster.Place(0, 0, GpuCluster.Share(300), 0);
        cluster.Place(0, 0, GpuCluster.Share(400), 1);
        cluster.Place(0, 0, GpuCluster.Share(300), 2);
        cluster.Place(0, 0, GpuCluster.Share(1000), 3);
        Fragmentation fragmentation = new(new TypicalPods([new TypicalPod(cpu, GpuCluster.Share(700), 1)]));

        // Left are 700, 600, 700 and 0 milli.
        Assert.That(fragmentation.Of(cluster.State.Blocks[0], 0), Is.EqualTo(cpu > freeCpu ? 2000 : 600));
        fragmentation = new Fragmentation(new TypicalPods([new TypicalPod(cpu, GpuCluster.Share(650, 2), 0.5), new TypicalPod(cpu, GpuCluster.Share(700, 3), 0.5)]));
        Assert.That(fragmentation.Of(cluster.State.Blocks[0], 0), Is.EqualTo(expected));
    }

    [Test]
    public void All_that_is_free_is_a_fragment_to_a_pod_without_devices_or_of_another_model()
    {
        GpuCluster cluster = new(GpuCluster.Node("n", DeviceShape.Uniform("T4", 2)));
        Assert.Multiple(() =>
        {
            Assert.That(Of(cluster, DeviceRequest.None), Is.EqualTo(2000));
            Assert.That(Of(cluster, GpuCluster.Share(100, 1, "A100")), Is.EqualTo(2000));
            Assert.That(Of(cluster, GpuCluster.Share(100, 1, "A100", "T4")), Is.Zero);
        });
    }

    [Test]
    public void Hundreds_of_typical_pods_are_no_different()
    {
        GpuCluster cluster = GpuCluster.Random(8);
        TypicalPods target = new([.. Enumerable.Range(1, 900).Select(i => new TypicalPod(i * 100, GpuCluster.Share(i), 1.0 / 900))]);
        Fragmentation fragmentation = new(target);
        Block block = cluster.State.Blocks[0];
        foreach (int lane in new Lanes(block.Nodes.Present))
        {
            double expected = NaiveFragmentation.Of(
                target, block.Nodes.Shape(lane), NaiveFragmentation.FreeCpu(block, lane), NaiveFragmentation.Free(block, lane));
            Assert.That(fragmentation.Of(block, lane), Is.EqualTo(expected));
        }
    }

    private static double Of(GpuCluster cluster, DeviceRequest typical) =>
        new Fragmentation(new TypicalPods([new TypicalPod(0, typical, 1)])).Of(cluster.State.Blocks[0], 0);
}
