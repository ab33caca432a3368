using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins.Tests;

public sealed class TypicalPodsTests
{
    private readonly GpuCluster _cluster = new();

    [Test]
    public void Pods_that_ask_the_same_are_one_class_and_the_most_frequent_comes_first()
    {
        TypicalPods typical = TypicalPods.Of(
            [Pod(1000, 500), Pod(2000, 500), Pod(2000, 500), Pod(2000, 1000), Pod(2000, 500)]);
        Assert.That(typical.Pods.Select(p => (p.CpuMilli, p.Devices.Milli)), Is.EqualTo(new[] { (2000L, 500), (2000L, 1000), (1000L, 500) }));
        Assert.That(typical.Pods.Select(p => p.Probability), Is.EqualTo(new[] { 0.6, 0.2, 0.2 }));
    }

    [Test]
    public void What_is_rare_is_left_out_and_the_rest_adds_up_to_one()
    {
        TypicalPods typical = TypicalPods.Of([(Pod(1000, 500), 90), (Pod(2000, 500), 5), (Pod(3000, 500), 3), (Pod(4000, 500), 2)]);
        Assert.That(typical.Pods.Select(p => p.CpuMilli), Is.EqualTo(new[] { 1000, 2000 }));
        Assert.That(typical.Pods.Select(p => p.Probability), Is.EqualTo(new[] { 90 / 95.0, 5 / 95.0 }).Within(1e-12).Percent);
    }

    [Test]
    public void Equally_frequent_ones_are_ordered_by_cpu_then_share_then_number_then_models_largest_first()
    {
        (long Cpu, DeviceRequest Request)[] expected =
        [
            (3000, DeviceRequest.None),
            (2000, GpuCluster.Share(1000, 1)),
            (2000, GpuCluster.Share(500, 2)),
            (2000, GpuCluster.Share(500, 1, "T4")),
            (2000, GpuCluster.Share(500, 1, "A100", "T4")),
            (2000, GpuCluster.Share(500, 1)),
        ];
        TypicalPods typical = TypicalPods.Of(expected.Reverse().Select(e => _cluster.Class(e.Cpu, e.Request)));
        Assert.That(
            typical.Pods.Select(p => (p.CpuMilli, p.Devices.Milli, p.Devices.Count, string.Join('|', p.Devices.Models))),
            Is.EqualTo(expected.Select(e => (e.Cpu, e.Request.Milli, e.Request.Count, string.Join('|', e.Request.Models)))));
    }

    [Test]
    public void No_pods_make_no_expectations() => Assert.That(TypicalPods.Of(Array.Empty<PodClass>()).Pods, Is.Empty);

    private PodClass Pod(long cpu, int milli) => _cluster.Class(cpu, GpuCluster.Share(milli));
}
