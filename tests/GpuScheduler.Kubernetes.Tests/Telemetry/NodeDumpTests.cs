using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes.Tests;

public sealed class NodeDumpTests
{
    [Test]
    public void Every_node_comes_once_whatever_gaps_there_are()
    {
        ClusterWriter cluster = new(_ => 0);
        cluster.SetNodes(Enumerable.Range(0, 130).Select(i => new Node { Name = $"n{i}" }));
        cluster.RemoveNode("n64");
        Assert.That(NodeDump.All(cluster.Publish()).Select(n => n.Name), Is.EqualTo(Enumerable.Range(0, 130).Where(i => i != 64).Select(i => $"n{i}")));
    }

    [Test]
    public void A_node_says_what_it_is_what_it_offers_and_who_is_there()
    {
        ClusterWriter cluster = new(_ => 0);
        cluster.SetNodes(new Node
        {
            Name = "n",
            Unschedulable = true,
            Regime = AllocationRegime.Hami,
            Taints = [new Taint("gpu", "yes", TaintEffect.NoSchedule)],
            Allocatable = ResourceList.Of((ResourceNames.Cpu, 8000L)),
            Shape = DeviceShape.Uniform("T4", 1, 16384),
            DeviceUuids = ["GPU-0"],
        });
        PodSpec half = new() { Devices = new DeviceRequest { Count = 1, Milli = 500, Source = "gpu-fraction=0.5" } };
        cluster.Working.Place(0, new Pod { Name = "a", Uid = "u", Spec = half }, cluster.Classes.Intern(half), DeviceSet.Only(0));
        NodeDump dump = NodeDump.Find(cluster.Publish(), "n")!;
        Assert.Multiple(() =>
        {
            Assert.That(dump.Unschedulable);
            Assert.That(dump.Regime, Is.EqualTo(AllocationRegime.Hami));
            Assert.That(dump.Taints, Is.EqualTo(new[] { "gpu=yes:NoSchedule" }));
            Assert.That(dump.Resources, Is.EquivalentTo(new Dictionary<string, ResourceDump> { ["cpu"] = new(8000, 0), ["pods"] = new(0, 1) }));
            Assert.That(dump.Devices, Is.EqualTo(new[] { new DeviceDump(0, "T4", 500, 16384, 8192, true, "GPU-0") }));
            Assert.That(dump.Pods, Is.EqualTo(new[] { new PlacementDump("default/a", "u", "gpu-fraction=0.5", "0", "") }));
        });
    }

    [Test]
    public void A_node_that_is_not_there_is_not_found() => Assert.That(NodeDump.Find(new ClusterWriter(_ => 0).Head, "n"), Is.Null);
}
