using CsCheck;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes.Tests;

public sealed class GpuReadingsTests
{
    [Test]
    public void A_cluster_without_gpus_has_no_product()
    {
        ClusterWriter cluster = new(_ => 0);
        cluster.SetNodes(new Node { Name = "cpu" });
        Assert.That(GpuReadings.Of(cluster.Publish()).Products, Is.Empty);
    }

    [Test]
    public void Gpus_that_a_node_lost_under_its_pods_are_missing()
    {
        ClusterWriter cluster = new(_ => 0);
        cluster.SetNodes(new Node { Name = "n", Shape = DeviceShape.Uniform("T4", 4) });
        PodSpec two = new() { Devices = new DeviceRequest { Count = 2, Milli = 1000 } };
        cluster.Working.Place(0, new Pod { Name = "a", Spec = two }, cluster.Classes.Intern(two), DeviceSet.First(2));
        cluster.SetNodes(new Node { Name = "n", Shape = DeviceShape.Uniform("T4", 1) });
        GpuReadings readings = GpuReadings.Of(cluster.Publish());
        Assert.That(readings.Missing, Is.EqualTo(1));
        Assert.That(readings.Products.Single(), Is.EqualTo(new GpuReading("T4") { Full = 1, AllocatedMilli = 1000 }));
    }

    [Test]
    public void The_numbers_agree_with_what_was_placed() => Gen.Select(Gen.Int[1, 8], Gen.Select(Gen.Int[0, 69], Gen.Int[0, 7], Gen.Int[1, 1000]).Array[0, 200])
        .Sample((gpusPerNode, wishes) =>
        {
            ClusterWriter cluster = new(_ => 0);
            cluster.SetNodes(Enumerable.Range(0, 70).Select(i => new Node { Name = $"n{i}", Shape = DeviceShape.Uniform(i % 2 == 0 ? "even" : "odd", gpusPerNode, 1000) }));
            Dictionary<(int Node, int Gpu), (int Milli, int Pods)> expected = [];
            foreach ((int node, int gpu, int milli) in wishes)
            {
                (int used, int pods) = expected.GetValueOrDefault((node, gpu));
                if (gpu < gpusPerNode && used + milli <= Device.FullMilli)
                {
                    PodSpec spec = new() { Devices = new DeviceRequest { Count = 1, Milli = milli } };
                    cluster.Working.Place(node, new Pod { Name = "p", Spec = spec }, cluster.Classes.Intern(spec), DeviceSet.Only(gpu));
                    expected[(node, gpu)] = (used + milli, pods + 1);
                }
            }

            foreach (GpuReading reading in GpuReadings.Of(cluster.Publish()).Products)
            {
                (int Milli, int Pods)[] used = [.. expected.Where(e => (e.Key.Node % 2 == 0 ? "even" : "odd") == reading.Product).Select(e => e.Value)];
                Assert.That(reading.Count, Is.EqualTo(35 * gpusPerNode));
                Assert.That(reading.Free, Is.EqualTo((35 * gpusPerNode) - used.Length));
                Assert.That(reading.Full, Is.EqualTo(used.Count(u => u.Milli == Device.FullMilli)));
                Assert.That(reading.Shared, Is.EqualTo(used.Count(u => u.Pods > 1)));
                Assert.That(reading.AllocatedMilli, Is.EqualTo(used.Sum(u => u.Milli)));
                Assert.That(reading.AllocatedMemoryMiB, Is.EqualTo(used.Sum(u => u.Milli)), "a thousandth of 1000 MiB is 1 MiB");
                Assert.That(reading.FragmentedMilli, Is.EqualTo(used.Sum(u => Device.FullMilli - u.Milli)));
                Assert.That(reading.FragmentedMilli + (reading.Free * 1000L) + reading.AllocatedMilli, Is.EqualTo(reading.CapacityMilli));
            }
        }, iter: 200);
}
