using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

[TestFixture]
public sealed class NodeResourcesFitTests
{
    private const string Foo = "example.com/foo";
    private const long GiB = 1L << 30, MiB = 1L << 20;

    [Test]
    public void Filters_by_the_documented_rule_on_random_nodes_and_pods() => PluginCheck.FilterAgrees(
        new NodeResourcesFit(new NodeResourcesFitArgs()), (node, pod) => NodeResourcesOracle.Fit(node, pod, [], []), iter: 60);

    [Test]
    public void Filters_by_the_documented_rule_with_ignored_resources() => PluginCheck.FilterAgrees(
        new NodeResourcesFit(new NodeResourcesFitArgs { IgnoredResources = [Foo, "cpu"], IgnoredResourceGroups = ["other.org"] }),
        (node, pod) => NodeResourcesOracle.Fit(node, pod, [Foo], ["other.org"]));

    [Test]
    public void A_node_full_of_pods_says_so()
    {
        KubeCluster cluster = new(Node((ResourceNames.Pods, 1)));
        cluster.Place("n", Pod());
        Verdict verdict = Ask(cluster, Pod());
        Assert.That(verdict.Reasons, Is.EqualTo(new[] { "Too many pods" }));
        Assert.That(verdict.Code, Is.EqualTo(StatusCode.Unschedulable));
    }

    [TestCase(1000, 1, StatusCode.Success, TestName = "Exactly what is free fits")]
    [TestCase(1001, 1, StatusCode.Unschedulable, TestName = "More than is free is Unschedulable")]
    [TestCase(4000, 1, StatusCode.Unschedulable, TestName = "All that the node offers might become free")]
    [TestCase(4001, 1, StatusCode.UnschedulableAndUnresolvable, TestName = "More than the node offers never fits")]
    [TestCase(1001, 9, StatusCode.UnschedulableAndUnresolvable, TestName = "One hopeless resource makes the node hopeless")]
    public void Cpu_beside_3000m_of_4000m(long cpu, long foo, StatusCode code)
    {
        KubeCluster cluster = new(Node((ResourceNames.Pods, 10), (ResourceNames.Cpu, 4000), (Foo, 8)));
        cluster.Place("n", Pod((ResourceNames.Cpu, 3000)));
        Verdict verdict = Ask(cluster, Pod((ResourceNames.Cpu, cpu), (Foo, foo)));
        string[] reasons = [.. cpu > 1000 ? ["Insufficient cpu"] : Array.Empty<string>(), .. foo > 8 ? ["Insufficient example.com/foo"] : Array.Empty<string>()];
        Assert.That(verdict.Code, Is.EqualTo(code));
        Assert.That(verdict.Reasons, Is.EquivalentTo(reasons));
    }

    [Test]
    public void Huge_pages_are_a_resource_like_any_other()
    {
        KubeCluster cluster = new(Node((ResourceNames.Pods, 10), ("hugepages-2Mi", 4 * MiB)));
        Assert.That(Ask(cluster, Pod(("hugepages-2Mi", 4 * MiB))), Is.EqualTo(Verdict.Passes));
        Assert.That(Ask(cluster, Pod(("hugepages-2Mi", 6 * MiB))).Reasons, Is.EqualTo(new[] { "Insufficient hugepages-2Mi" }));
    }

    [Test]
    public void Asking_for_nothing_fits_on_a_node_that_is_overcommitted()
    {
        KubeCluster cluster = new(Node((ResourceNames.Pods, 10), (ResourceNames.Cpu, 1000)));
        cluster.Place("n", Pod((ResourceNames.Cpu, 5000)));
        Assert.That(Ask(cluster, Pod((ResourceNames.Cpu, 0))), Is.EqualTo(Verdict.Passes));
    }

    [Test]
    public void Overhead_counts()
    {
        KubeCluster cluster = new(Node((ResourceNames.Pods, 10), (ResourceNames.Cpu, 1000)));
        PodSpec pod = Pod((ResourceNames.Cpu, 900)) with { Overhead = ResourceList.Of((ResourceNames.Cpu, 101)) };
        Assert.That(Ask(cluster, pod).Reasons, Is.EqualTo(new[] { "Insufficient cpu" }));
    }

    [TestCase(new[] { Foo }, new string[0], true)]
    [TestCase(new string[0], new[] { "example.com" }, true)]
    [TestCase(new[] { "example.com/bar" }, new[] { "example" }, false)]
    public void Extended_resources_are_ignored_by_name_and_by_group(string[] names, string[] groups, bool passes)
    {
        KubeCluster cluster = new(Node((ResourceNames.Pods, 10)));
        NodeResourcesFit plugin = new(new NodeResourcesFitArgs { IgnoredResources = [.. names], IgnoredResourceGroups = [.. groups] });
        Assert.That(cluster.Ask(plugin, Pod((Foo, 1)), "n") == Verdict.Passes, Is.EqualTo(passes));
    }

    [Test]
    public void A_new_node_without_an_ignored_resource_wakes_the_pod()
    {
        NodeResourcesFit plugin = new(new NodeResourcesFitArgs { IgnoredResources = [Foo] });
        PodClass pod = new KubeCluster().Class(Pod((Foo, 1), (ResourceNames.Cpu, 1000)));
        QueuedPodInfo queued = new(new Pod { Name = "p", Spec = pod.Spec }, pod, DateTimeOffset.UnixEpoch);
        ClusterEventWithHint waits = plugin.EventsToRegister.Single(e => e.Event.Resource == EventResource.Node);
        Assert.Multiple(() =>
        {
            Assert.That(waits.Hint!(queued, new ClusterChange(waits.Event) { NewNode = Node((ResourceNames.Cpu, 1000), (ResourceNames.Pods, 1)) }), Is.EqualTo(QueueingHint.Queue));
            Assert.That(waits.Hint!(queued, new ClusterChange(waits.Event) { NewNode = Node((ResourceNames.Cpu, 999), (ResourceNames.Pods, 1)) }), Is.EqualTo(QueueingHint.Skip));
        });
    }

    private static Verdict Ask(KubeCluster cluster, PodSpec pod) => cluster.Ask(new NodeResourcesFit(new NodeResourcesFitArgs()), pod, "n");

    private static Node Node(params (string, long)[] allocatable) => new() { Name = "n", Allocatable = ResourceList.Of(allocatable) };

    private static PodSpec Pod(params (string, long)[] requests) => new() { Containers = [new Container { Requests = ResourceList.Of(requests) }] };
}
