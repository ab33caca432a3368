using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

[TestFixture]
public sealed class NodePortsTests
{
    private const string Reason = "node(s) didn't have free ports for the requested pod ports";

    [Test]
    public void Agrees_with_the_documented_rule_on_random_nodes_and_pods() => PluginCheck.FilterAgrees(
        new NodePorts(),
        (node, pod) => PortsOf(pod).Any(p => node.Pods.SelectMany(PortsOf).Any(q => Conflict(p, q))) ? Verdict.Unschedulable(Reason) : Verdict.Passes);

    [TestCase("0.0.0.0", "TCP", 80, "10.0.0.1", "TCP", 80, false, TestName = "All addresses conflict with one")]
    [TestCase("10.0.0.1", "TCP", 80, "0.0.0.0", "TCP", 80, false, TestName = "One address conflicts with all")]
    [TestCase("10.0.0.1", "TCP", 80, "10.0.0.2", "TCP", 80, true, TestName = "Different addresses go together")]
    [TestCase("10.0.0.1", "TCP", 80, "10.0.0.1", "TCP", 80, false, TestName = "The same address conflicts")]
    [TestCase("0.0.0.0", "TCP", 80, "0.0.0.0", "UDP", 80, true, TestName = "Different protocols go together")]
    [TestCase("0.0.0.0", "TCP", 80, "0.0.0.0", "TCP", 81, true, TestName = "Different ports go together")]
    public void A_port_beside_a_taken_one(string taken, string takenProtocol, int takenPort, string address, string protocol, int port, bool passes)
    {
        KubeCluster cluster = new(new Node { Name = "n" });
        cluster.Place("n", Pod(new HostPort(taken, takenProtocol, takenPort)));
        Verdict verdict = cluster.Ask(new NodePorts(), Pod(new HostPort(address, protocol, port)), "n");
        Assert.That(verdict.Code, Is.EqualTo(passes ? StatusCode.Success : StatusCode.Unschedulable));
        Assert.That(verdict.Reasons, passes ? Is.Empty : Is.EqualTo(new[] { Reason }));
    }

    [Test]
    public void Sidecars_take_ports_and_other_init_containers_do_not()
    {
        HostPort port = new(HostPort.AnyAddress, "TCP", 80);
        KubeCluster cluster = new(new Node { Name = "sidecar" }, new Node { Name = "init" });
        cluster.Place("sidecar", new PodSpec { InitContainers = [new Container { HostPorts = [port], IsSidecar = true }] });
        cluster.Place("init", new PodSpec { InitContainers = [new Container { HostPorts = [port] }] });
        Assert.Multiple(() =>
        {
            Assert.That(cluster.Ask(new NodePorts(), Pod(port), "sidecar").Code, Is.EqualTo(StatusCode.Unschedulable));
            Assert.That(cluster.Ask(new NodePorts(), Pod(port), "init").Code, Is.EqualTo(StatusCode.Success));
        });
    }

    [Test]
    public void Only_a_pod_that_held_a_wanted_port_wakes_a_rejected_one()
    {
        KubeCluster cluster = new(new Node { Name = "n" });
        PodClass waiting = cluster.Class(Pod(new HostPort(HostPort.AnyAddress, "TCP", 80)));
        QueuedPodInfo queued = new(new Pod { Name = "p", Spec = waiting.Spec }, waiting, DateTimeOffset.UnixEpoch);
        ClusterEventWithHint waits = new NodePorts().EventsToRegister.Single(e => e.Event.Resource == EventResource.AssignedPod);
        QueueingHint After(int port) =>
            waits.Hint!(queued, new ClusterChange(waits.Event) { PodClass = cluster.Class(Pod(new HostPort("10.0.0.1", "TCP", port))) });
        Assert.Multiple(() =>
        {
            Assert.That(After(80), Is.EqualTo(QueueingHint.Queue));
            Assert.That(After(81), Is.EqualTo(QueueingHint.Skip));
        });
    }

    private static IEnumerable<HostPort> PortsOf(PodSpec pod) => pod.Containers.SelectMany(c => c.HostPorts);

    private static bool Conflict(HostPort a, HostPort b) =>
        (a.Protocol, a.Port) == (b.Protocol, b.Port) && (a.Address is "0.0.0.0" || b.Address is "0.0.0.0" || a.Address == b.Address);

    private static PodSpec Pod(HostPort port) => new() { Containers = [new Container { HostPorts = [port] }] };
}
