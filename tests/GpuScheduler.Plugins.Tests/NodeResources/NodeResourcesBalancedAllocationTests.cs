using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins.Tests;

[TestFixture]
public sealed class NodeResourcesBalancedAllocationTests
{
    private const string Foo = "example.com/foo";

    private static readonly ImmutableArray<ResourceWeight>[] ResourceSets =
    [
        ResourceWeight.CpuAndMemory,
        [new(ResourceNames.Memory, 1)],
        [new(ResourceNames.Cpu, 1), new(ResourceNames.Memory, 1), new(Foo, 1), new(ResourceNames.EphemeralStorage, 1)],
    ];

    [TestCaseSource(nameof(ResourceSets))]
    public void Scores_by_the_documented_formula_on_random_nodes_and_pods(ImmutableArray<ResourceWeight> resources) => PluginCheck.ScoreAgrees(
        new NodeResourcesBalancedAllocation(resources),
        (node, pod, _) => NodeResourcesOracle.Balanced(node, pod, resources),
        skips: pod => NodeResourcesOracle.IsBestEffort(pod, resources));

    // Before: |0.5 - 0| / 2 = 0.25, 75; after: |0.5 - 0.5| = 0, 100; 50 + (50 + 25) / 2 = 87.
    [TestCase(0, 500, 87, TestName = "Evening out raises the score")]
    // Before 75; after: |1 - 0| / 2 = 0.5, 50; 50 + (50 - 25) / 2 = 62.
    [TestCase(500, 0, 62, TestName = "Tilting lowers the score")]
    // Before 75; after |0.75 - 0.25| / 2 = 0.25, 75; 75.
    [TestCase(250, 250, 75, TestName = "The same on both sides leaves 75")]
    public void Beside_a_pod_that_uses_half_the_cpu(long cpu, long memory, long score)
    {
        KubeCluster cluster = new(Node((ResourceNames.Cpu, 1000), (ResourceNames.Memory, 1000)));
        cluster.Place("n", Pod((ResourceNames.Cpu, 500)));
        Assert.That(
            cluster.Score(new NodeResourcesBalancedAllocation(ResourceWeight.CpuAndMemory), Pod((ResourceNames.Cpu, cpu), (ResourceNames.Memory, memory)), "n"),
            Is.EqualTo(score));
    }

    // Fractions 0.6, 0, 0.3: mean 0.3, variance (0.09 + 0.09 + 0) / 3 = 0.06, deviation 0.2449, 75; empty before: 100; 50 + (50 - 25) / 2 = 62.
    [Test]
    public void Three_resources_take_the_population_s_deviation()
    {
        KubeCluster cluster = new(Node((ResourceNames.Cpu, 1000), (ResourceNames.Memory, 1000), (Foo, 10)));
        NodeResourcesBalancedAllocation plugin = new([.. ResourceWeight.CpuAndMemory, new(Foo, 1)]);
        Assert.That(cluster.Score(plugin, Pod((ResourceNames.Cpu, 600), (Foo, 3)), "n"), Is.EqualTo(62));
    }

    [Test]
    public void One_resource_alone_is_always_even() => Assert.That(
        new KubeCluster(Node((ResourceNames.Cpu, 1000)))
            .Score(new NodeResourcesBalancedAllocation(ResourceWeight.CpuAndMemory), Pod((ResourceNames.Cpu, 900)), "n"),
        Is.EqualTo(75));

    [Test]
    public void A_best_effort_pod_is_left_out() => Assert.That(
        new KubeCluster(Node()).Score(new NodeResourcesBalancedAllocation(ResourceWeight.CpuAndMemory), Pod((Foo, 1)), "n"), Is.Null);

    private static Node Node(params (string, long)[] allocatable) => new() { Name = "n", Allocatable = ResourceList.Of(allocatable) };

    private static PodSpec Pod(params (string, long)[] requests) => new() { Containers = [new Container { Requests = ResourceList.Of(requests) }] };
}
