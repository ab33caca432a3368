using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

public sealed class NodePortsTests
{
    private readonly NodePorts _plugin = new();

    [Test]
    public void On_any_cluster_it_passes_and_explains_as_a_look_at_each_node_says() =>
        Gen.Int.Sample(
            seed =>
            {
                RandomCluster cluster = new(seed);
                for (int i = 0; i < 8; i++)
                {
                    _plugin.FiltersAs(cluster, cluster.RandomPod(), (pod, node) => (
                        StatusCode.Unschedulable,
                        cluster.PodsOn(node).Any(other => Clash(other, pod)) ? ["node(s) didn't have free ports for the requested pod ports"] : []));
                }
            },
            iter: 200);

    [Test]
    public void Ports_of_init_containers_count_only_if_they_keep_running()
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        Container init = new() { HostPorts = [new("0.0.0.0", "TCP", 80)] };
        PodClass ordinary = writer.Classes.Intern(new PodSpec { InitContainers = [init] });
        PodClass sidecar = writer.Classes.Intern(new PodSpec { InitContainers = [init with { IsSidecar = true }] });
        Assert.That(_plugin.PreFilter(ordinary, writer.Vocabulary).Status, Is.EqualTo(Status.Skip));
        Assert.That(_plugin.PreFilter(sidecar, writer.Vocabulary).Status, Is.EqualTo(Status.Success));
    }

    [Test]
    public void A_pod_that_leaves_wakes_a_pod_whose_port_it_held()
    {
        PodSpec any = With(new("0.0.0.0", "TCP", 80)), one = With(new("10.0.0.1", "TCP", 80));
        PodSpec two = With(new("10.0.0.2", "TCP", 80)), udp = With(new("0.0.0.0", "UDP", 80));
        Assert.Multiple(() =>
        {
            Assert.That(_plugin.Wakes(any, Events.PodDeleted(one)), Is.True);
            Assert.That(_plugin.Wakes(one, Events.PodDeleted(two)), Is.False);
            Assert.That(_plugin.Wakes(any, Events.PodDeleted(udp)), Is.False);
            Assert.That(_plugin.Wakes(any, Events.NodeAdded(new Node { Name = "n" })), Is.True);
        });
    }

    private static PodSpec With(HostPort port) => new() { Containers = [new Container { HostPorts = [port] }] };

    private static bool Clash(PodClass one, PodClass other) => Ports(one.Spec).Any(a => Ports(other.Spec).Any(b =>
        (a.Protocol, a.Port) == (b.Protocol, b.Port) && (a.Address == b.Address || a.Address == "0.0.0.0" || b.Address == "0.0.0.0")));

    private static IEnumerable<HostPort> Ports(PodSpec spec) =>
        spec.Containers.SelectMany(c => c.HostPorts).Concat(spec.InitContainers.Where(c => c.IsSidecar).SelectMany(c => c.HostPorts));
}
