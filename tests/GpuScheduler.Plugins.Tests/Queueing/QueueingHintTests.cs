using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

/// <summary>What wakes a pod that a plugin rejected, and what does not.</summary>
public sealed class QueueingHintTests
{
    private static readonly Node Plain = new() { Name = "n", Allocatable = ResourceList.Of(("cpu", 2L), ("memory", 5L), ("pods", 10L)) };

    [Test]
    public void NodeResourcesFit_waits_for_nodes_that_grow_by_what_the_pod_asks_for_and_for_any_pod_that_leaves()
    {
        NodeResourcesFit plugin = new(new NodeResourcesFitArgs { IgnoredResources = ["example.com/device"] });
        PodSpec pod = new() { Containers = [new Container { Requests = ResourceList.Of(("cpu", 2L), ("example.com/device", 1L)) }] };
        Assert.Multiple(() =>
        {
            Assert.That(plugin.Wakes(pod, Events.NodeAdded(Plain)), Is.True);
            Assert.That(plugin.Wakes(pod, Events.NodeAdded(With(("cpu", 1), ("pods", 10)))), Is.False);
            Assert.That(plugin.Wakes(pod, Events.NodeAdded(With(("cpu", 2)))), Is.False, "it takes no pods");
            Assert.That(plugin.Wakes(pod, Updated(With(("cpu", 3), ("memory", 5), ("pods", 10)))), Is.True);
            Assert.That(plugin.Wakes(pod, Updated(With(("cpu", 2), ("memory", 9), ("pods", 10)))), Is.False);
            Assert.That(plugin.Wakes(pod, Updated(With(("cpu", 2), ("memory", 5), ("pods", 11)))), Is.True);
            Assert.That(plugin.Wakes(pod, Events.PodDeleted(new PodSpec())), Is.True);
        });

        static Node With(params (string, long)[] amounts) => new() { Name = "n", Allocatable = ResourceList.Of(amounts) };
        static ClusterChange Updated(Node after) => Events.NodeUpdated(ActionTypes.UpdateNodeAllocatable, Plain, after);
    }

    [Test]
    public void NodeAffinity_waits_for_nodes_that_match_and_did_not_before()
    {
        NodeAffinityPlugin plugin = new(new NodeAffinity { Required = [new() { MatchExpressions = [new("pool", NodeSelectorOperator.Exists, [])] }] });
        PodSpec pod = new() { NodeSelector = LabelSet.Of(("zone", "a")) };
        Node inZone = Plain with { Labels = LabelSet.Of(("zone", "a")) }, inBoth = Plain with { Labels = LabelSet.Of(("zone", "a"), ("pool", "")) };
        Assert.Multiple(() =>
        {
            Assert.That(plugin.Wakes(pod, Events.NodeAdded(inZone)), Is.False);
            Assert.That(plugin.Wakes(pod, Events.NodeAdded(inBoth)), Is.True);
            Assert.That(plugin.Wakes(pod, Events.NodeUpdated(ActionTypes.UpdateNodeLabel, inZone, inBoth)), Is.True);
            Assert.That(plugin.Wakes(pod, Events.NodeUpdated(ActionTypes.UpdateNodeLabel, inBoth, inBoth)), Is.False);
            Assert.That(plugin.Wakes(pod, Events.NodeUpdated(ActionTypes.UpdateNodeTaint, inZone, inBoth)), Is.False);
        });
    }

    [Test]
    public void TaintToleration_waits_for_nodes_that_lose_what_kept_the_pod_off_and_for_its_own_tolerations()
    {
        TaintToleration plugin = new();
        Node tainted = Plain with { Taints = [new("gpu", "", TaintEffect.NoSchedule)] };
        Node soft = Plain with { Taints = [new("gpu", "", TaintEffect.PreferNoSchedule)] };
        Assert.Multiple(() =>
        {
            Assert.That(plugin.Wakes(new PodSpec(), Events.NodeAdded(tainted)), Is.False);
            Assert.That(plugin.Wakes(new PodSpec(), Events.NodeAdded(soft)), Is.True);
            Assert.That(plugin.Wakes(new PodSpec(), Events.NodeUpdated(ActionTypes.UpdateNodeTaint, tainted, Plain)), Is.True);
            Assert.That(plugin.Wakes(new PodSpec(), Events.NodeUpdated(ActionTypes.UpdateNodeTaint, soft, Plain)), Is.False);
            Assert.That(plugin.Wakes(new PodSpec(), Events.PodUpdated(ActionTypes.UpdatePodToleration, Events.WaitingUid)), Is.True);
            Assert.That(plugin.Wakes(new PodSpec(), Events.PodUpdated(ActionTypes.UpdatePodToleration, "another")), Is.False);
        });
    }

    [Test]
    public void NodeUnschedulable_waits_for_nodes_that_are_uncordoned()
    {
        NodeUnschedulable plugin = new();
        Node cordoned = Plain with { Unschedulable = true };
        Assert.Multiple(() =>
        {
            Assert.That(plugin.Wakes(new PodSpec(), Events.NodeAdded(cordoned)), Is.False);
            Assert.That(plugin.Wakes(new PodSpec(), Events.NodeAdded(Plain)), Is.True);
            Assert.That(plugin.Wakes(new PodSpec(), Events.NodeUpdated(ActionTypes.UpdateNodeTaint, cordoned, Plain)), Is.True);
            Assert.That(plugin.Wakes(new PodSpec(), Events.NodeUpdated(ActionTypes.UpdateNodeTaint, Plain, Plain)), Is.False);
        });
    }

    [Test]
    public void NodePorts_waits_for_pods_that_held_the_port()
    {
        PodSpec any = Port("0.0.0.0", "TCP"), one = Port("10.0.0.1", "TCP");
        Assert.Multiple(() =>
        {
            Assert.That(new NodePorts().Wakes(any, Events.PodDeleted(one)), Is.True);
            Assert.That(new NodePorts().Wakes(one, Events.PodDeleted(Port("10.0.0.2", "TCP"))), Is.False);
            Assert.That(new NodePorts().Wakes(any, Events.PodDeleted(Port("0.0.0.0", "UDP"))), Is.False);
        });

        static PodSpec Port(string address, string protocol) => new() { Containers = [new Container { HostPorts = [new(address, protocol, 80)] }] };
    }

    [Test]
    public void SchedulingGates_waits_for_the_pods_own_gates()
    {
        SchedulingGates plugin = new();
        Assert.That(plugin.Wakes(new PodSpec(), Events.PodUpdated(ActionTypes.UpdatePodSchedulingGatesEliminated, Events.WaitingUid)), Is.True);
        Assert.That(plugin.Wakes(new PodSpec(), Events.PodUpdated(ActionTypes.UpdatePodSchedulingGatesEliminated, "another")), Is.False);
        Assert.That(plugin.Wakes(new PodSpec(), Events.NodeAdded(Plain)), Is.False);
    }

    [Test]
    public void Taints_that_nobody_had_seen_when_the_class_came_up_are_compared_as_well()
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        PodClass pod = writer.Classes.Intern(new PodSpec { Tolerations = [new("gpu", TolerationOperator.Exists, "", null)] });
        TaintToleration plugin = new();
        object? state = plugin.PreFilter(pod, writer.Vocabulary).State;
        Taint gpu = new("gpu", "x", TaintEffect.NoSchedule);
        writer.SetNodes(Plain with { Name = "a", Taints = [gpu] }, Plain with { Name = "b", Taints = [gpu, new("team", "", TaintEffect.NoExecute)] });
        Assert.That(plugin.Filter(new PluginContext(pod, state, writer.Working, 0), writer.Working.Blocks[0], 0b11), Is.EqualTo(0b01));
    }
}
