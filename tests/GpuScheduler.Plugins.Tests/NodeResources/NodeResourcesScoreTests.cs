using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins.Tests;

[TestFixture]
public sealed class NodeResourcesScoreTests
{
    private const string Foo = "example.com/foo", HugePages = "hugepages-2Mi";
    private const long GiB = 1L << 30, MiB = 1L << 20;

    private static readonly ImmutableArray<ResourceWeight> Many =
    [
        new(Foo, 7), new(ResourceNames.Cpu, 1), new(ResourceNames.Memory, 100), new(ResourceNames.EphemeralStorage, 3), new(HugePages, 2), new(ResourceNames.Pods, 5),
    ];

    private static readonly ImmutableArray<UtilizationPoint> Hill = [new(10, 0), new(35, 7), new(70, 10), new(90, 1)];

    private static readonly NodeResourcesFitArgs[] AllArgs =
    [
        new(),
        new() { Strategy = ScoringStrategyType.MostAllocated },
        new() { Strategy = ScoringStrategyType.RequestedToCapacityRatio, Shape = Hill },
        new() { Resources = Many },
        new() { Strategy = ScoringStrategyType.MostAllocated, Resources = Many },
        new() { Strategy = ScoringStrategyType.RequestedToCapacityRatio, Resources = Many, Shape = Hill },
    ];

    [TestCaseSource(nameof(AllArgs))]
    public void Scores_by_the_documented_formula_on_random_nodes_and_pods(NodeResourcesFitArgs args) => PluginCheck.ScoreAgrees(
        new NodeResourcesFit(args), (node, pod, _) => NodeResourcesOracle.Score(node, pod, args), skips: _ => false, iter: 20);

    // cpu (4000 - 1000 - 1000) * 100 / 4000 = 50; memory (10 - 3 - 4) GiB of 10 = 30; (50 + 30) / 2.
    [Test]
    public void LeastAllocated() => Assert.That(Score(new NodeResourcesFitArgs()), Is.EqualTo(40));

    // 50 and 70: (50 * 1 + 70 * 2) / 3 = 63.3.
    [Test]
    public void MostAllocated() => Assert.That(
        Score(new NodeResourcesFitArgs
        {
            Strategy = ScoringStrategyType.MostAllocated,
            Resources = [new(ResourceNames.Cpu, 1), new(ResourceNames.Memory, 2)],
        }),
        Is.EqualTo(63));

    // cpu 50%: 0 + 100 * 50 / 100 = 50; memory 70%: 70; mean 60.
    [Test]
    public void RequestedToCapacityRatio_on_a_straight_line() => Assert.That(
        Score(Ratio([new(0, 0), new(100, 10)])), Is.EqualTo(60));

    // cpu 50%: 70 + 30 * 15 / 35 = 82 (82.9); memory 70%: 100; (82 + 100) / 2 = 91.
    [Test]
    public void RequestedToCapacityRatio_between_points_truncates() => Assert.That(Score(Ratio(Hill)), Is.EqualTo(91));

    // cpu 50%: 100 - 100 * 20 / 40 = 50; memory 70%: 0, which does not count: 50, not 25.
    [Test]
    public void RequestedToCapacityRatio_leaves_out_resources_that_score_nothing() => Assert.That(
        Score(Ratio([new(30, 10), new(70, 0)])), Is.EqualTo(50));

    // cpu 50, memory 70 with weights 1 and 7: 540 / 8 = 67.5, rounded up; with 3 and 1: 220 / 4 = 55.
    [TestCase(1, 7, 68)]
    [TestCase(3, 1, 55)]
    public void RequestedToCapacityRatio_rounds_the_mean(int cpu, int memory, long score) => Assert.That(
        Score(Ratio([new(0, 0), new(100, 10)]) with { Resources = [new(ResourceNames.Cpu, cpu), new(ResourceNames.Memory, memory)] }),
        Is.EqualTo(score));

    // Nothing requested counts 100m and 200 MiB: 3900 of 4000 is 97 (97.5), 1848 of 2048 MiB is 90 (90.2); (97 + 90) / 2 = 93.
    [Test]
    public void Containers_without_requests_count_with_defaults() => Assert.That(
        new KubeCluster(Node((ResourceNames.Cpu, 4000), (ResourceNames.Memory, 2 * GiB))).Score(new NodeResourcesFit(new NodeResourcesFitArgs()), Pod(), "n"),
        Is.EqualTo(93));

    [Test]
    public void More_than_the_node_offers_scores_0_when_spreading_and_100_when_packing()
    {
        KubeCluster cluster = new(Node((ResourceNames.Cpu, 1000)));
        PodSpec pod = Pod((ResourceNames.Cpu, 1001));
        Assert.Multiple(() =>
        {
            Assert.That(cluster.Score(new NodeResourcesFit(new NodeResourcesFitArgs()), pod, "n"), Is.Zero);
            Assert.That(
                cluster.Score(new NodeResourcesFit(new NodeResourcesFitArgs { Strategy = ScoringStrategyType.MostAllocated }), pod, "n"), Is.EqualTo(100));
        });
    }

    [TestCase(Foo)]
    [TestCase(HugePages)]
    [TestCase(ResourceNames.Pods)]
    public void A_resource_that_the_pod_does_not_request_has_no_say(string resource)
    {
        NodeResourcesFit plugin = new(new NodeResourcesFitArgs { Resources = [new(ResourceNames.Cpu, 1), new(resource, 9)] });
        KubeCluster cluster = new(Node((ResourceNames.Cpu, 1000), (resource, 100)));
        Assert.That(cluster.Score(plugin, Pod((ResourceNames.Cpu, 250)), "n"), Is.EqualTo(75));
    }

    [Test]
    public void Amounts_beyond_what_a_double_holds_stay_exact()
    {
        // One less than the whole: 99.99…%, truncated to 99.
        KubeCluster cluster = new(Node((Foo, long.MaxValue)));
        NodeResourcesFit plugin = new(new NodeResourcesFitArgs { Strategy = ScoringStrategyType.MostAllocated, Resources = [new(Foo, 1)] });
        Assert.That(cluster.Score(plugin, Pod((Foo, long.MaxValue - 1)), "n"), Is.EqualTo(99));
    }

    private static NodeResourcesFitArgs Ratio(ImmutableArray<UtilizationPoint> shape) =>
        new() { Strategy = ScoringStrategyType.RequestedToCapacityRatio, Shape = shape };

    /// <summary>1000m and 3 GiB are used, the pod asks for 1000m and 4 GiB, the node has 4000m and 10 GiB.</summary>
    private static long? Score(NodeResourcesFitArgs args)
    {
        KubeCluster cluster = new(Node((ResourceNames.Cpu, 4000), (ResourceNames.Memory, 10 * GiB)));
        cluster.Place("n", Pod((ResourceNames.Cpu, 1000), (ResourceNames.Memory, 3 * GiB)));
        return cluster.Score(new NodeResourcesFit(args), Pod((ResourceNames.Cpu, 1000), (ResourceNames.Memory, 4 * GiB)), "n");
    }

    private static Node Node(params (string, long)[] allocatable) => new() { Name = "n", Allocatable = ResourceList.Of(allocatable) };

    private static PodSpec Pod(params (string, long)[] requests) => new() { Containers = [new Container { Requests = ResourceList.Of(requests) }] };
}
