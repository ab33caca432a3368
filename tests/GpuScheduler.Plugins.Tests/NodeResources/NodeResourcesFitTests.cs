using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

public sealed class NodeResourcesFitTests
{
    private static readonly UtilizationPoint[] Bump = [new(0, 0), new(35, 7), new(80, 10), new(95, 2)];

    private static readonly NodeResourcesFitArgs[] AllArgs =
    [
        new(),
        new() { Strategy = ScoringStrategyType.MostAllocated, IgnoredResources = [RandomCluster.Device] },
        new() { Strategy = ScoringStrategyType.LeastAllocated, Resources = Weighted, IgnoredResourceGroups = ["example.com", "other.org"] },
        new() { Strategy = ScoringStrategyType.MostAllocated, Resources = Weighted },
        new() { Strategy = ScoringStrategyType.RequestedToCapacityRatio, Resources = Weighted, Shape = [.. Bump] },
        new() { Strategy = ScoringStrategyType.RequestedToCapacityRatio, Shape = [new(20, 10), new(70, 0)] },
    ];

    private static System.Collections.Immutable.ImmutableArray<ResourceWeight> Weighted =>
    [
        new("cpu", 3), new("memory", 2), new(RandomCluster.Device, 7), new(RandomCluster.HugePages, 100), new("ephemeral-storage", 5),
        new("pods", 9), new("example.com/unknown", 4),
    ];

    [Test]
    public void On_any_cluster_it_passes_and_explains_as_a_look_at_each_node_says() =>
        Gen.Int.Sample(
            seed =>
            {
                RandomCluster cluster = new(seed);
                NodeResourcesFitArgs args = AllArgs[cluster.Next(AllArgs.Length)];
                NodeResourcesFit plugin = new(args);
                for (int i = 0; i < 5; i++)
                {
                    plugin.FiltersAs(cluster, cluster.RandomPod(), (pod, node) => Filter(cluster, args, pod, node));
                }
            },
            iter: 150);

    [Test]
    public void On_any_cluster_every_strategy_gives_the_points_of_its_formula() =>
        Gen.Int.Sample(
            seed =>
            {
                RandomCluster cluster = new(seed);
                foreach (NodeResourcesFitArgs args in AllArgs)
                {
                    new NodeResourcesFit(args).ScoresAs(cluster, cluster.RandomPod(), (pod, node) => Score(cluster, args, pod, node));
                }
            },
            iter: 100);

    [Test]
    public void Vectors_and_scalars_give_the_same_points_up_to_the_largest_exact_capacity() =>
        Gen.Int.Sample(
            seed =>
            {
                Random random = new(seed);
                ClusterWriter writer = new(TieKeys.Seeded(1));
                writer.SetNodes(Enumerable.Range(0, Block.Size).Select(i => new Node
                {
                    Name = $"n{i}",
                    Allocatable = ResourceList.Of((ResourceNames.Cpu, random.NextInt64(1L << random.Next(47))), (ResourceNames.Memory, (1L << 46) - 1 - random.Next(3))),
                }));
                PodClass pod = writer.Classes.Intern(Requesting((ResourceNames.Cpu, random.NextInt64(1L << random.Next(40))), (ResourceNames.Memory, random.NextInt64(1L << 46))));
                foreach (ScoringStrategyType strategy in Enum.GetValues<ScoringStrategyType>())
                {
                    AllocationScorer scorer = new(new NodeResourcesFitArgs { Strategy = strategy, Shape = [.. Bump] });
                    ScoredResource[] resources = ScoredResource.Of(pod, [new("cpu", 1), new("memory", 3)], writer.Vocabulary, nonZero: true);
                    long[] vector = new long[Block.Size], scalar = new long[Block.Size];
                    Assert.That(scorer.TryScoreVector(writer.Working.Blocks[0], resources, ulong.MaxValue, vector), Is.True);
                    scorer.ScoreScalar(writer.Working.Blocks[0], resources, ulong.MaxValue, scalar);
                    Assert.That(vector, Is.EqualTo(scalar));
                }
            },
            iter: 300);

    [Test]
    public void A_node_that_states_no_pods_takes_none()
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        writer.SetNodes(new Node { Name = "n", Allocatable = ResourceList.Of((ResourceNames.Cpu, 4000L)) });
        NodeResourcesFit plugin = new(new NodeResourcesFitArgs());
        Rejections why = new();
        PluginContext context = new(writer.Classes.Intern(new PodSpec()), null, writer.Working, 0);
        Assert.That(plugin.Filter(context, writer.Working.Blocks[0], 1), Is.Zero);
        plugin.Explain(context, writer.Working.Blocks[0], 1, why);
        Assert.That(why.Reasons, Is.EquivalentTo(new Dictionary<string, int> { ["Too many pods"] = 1 }));
        Assert.That(why.Resolvable, Is.EqualTo(1));
    }

    [TestCase(1, 1, ExpectedResult = true, TestName = "An_added_node_with_room_for_the_pod_wakes_it")]
    [TestCase(0, 1, ExpectedResult = false, TestName = "An_added_node_too_small_even_when_empty_does_not")]
    [TestCase(1, 0, ExpectedResult = false, TestName = "An_added_node_that_takes_no_pods_does_not")]
    public bool Node_added(long cpu, long pods) => new NodeResourcesFit(new NodeResourcesFitArgs()).Wakes(
        Requesting((ResourceNames.Cpu, 1)), Events.NodeAdded(Offering((ResourceNames.Cpu, cpu), (ResourceNames.Pods, pods))));

    [Test]
    public void An_updated_node_wakes_a_pod_only_if_it_grew_by_what_the_pod_asks_for()
    {
        NodeResourcesFit plugin = new(new NodeResourcesFitArgs());
        PodSpec pod = Requesting((ResourceNames.Cpu, 2));
        Node before = Offering((ResourceNames.Cpu, 2), (ResourceNames.Memory, 5), (ResourceNames.Pods, 10));
        Node moreCpu = Offering((ResourceNames.Cpu, 3), (ResourceNames.Memory, 5), (ResourceNames.Pods, 10));
        Node moreMemory = Offering((ResourceNames.Cpu, 2), (ResourceNames.Memory, 9), (ResourceNames.Pods, 10));
        Node morePods = Offering((ResourceNames.Cpu, 2), (ResourceNames.Memory, 5), (ResourceNames.Pods, 11));
        Assert.Multiple(() =>
        {
            Assert.That(plugin.Wakes(pod, Events.NodeUpdated(ActionTypes.UpdateNodeAllocatable, before, moreCpu)), Is.True);
            Assert.That(plugin.Wakes(pod, Events.NodeUpdated(ActionTypes.UpdateNodeAllocatable, before, moreMemory)), Is.False);
            Assert.That(plugin.Wakes(pod, Events.NodeUpdated(ActionTypes.UpdateNodeAllocatable, before, morePods)), Is.True);
            Assert.That(plugin.Wakes(pod, Events.NodeUpdated(ActionTypes.UpdateNodeLabel, before, moreCpu)), Is.False);
        });
    }

    [Test]
    public void A_resource_that_is_ignored_keeps_no_node_from_waking_a_pod() => Assert.That(
        new NodeResourcesFit(new NodeResourcesFitArgs { IgnoredResources = [RandomCluster.Device] }).Wakes(
            Requesting((RandomCluster.Device, 1)), Events.NodeAdded(Offering((ResourceNames.Pods, 1)))),
        Is.True);

    [Test]
    public void Every_pod_that_leaves_wakes_a_pod() =>
        Assert.That(new NodeResourcesFit(new NodeResourcesFitArgs()).Wakes(new PodSpec(), Events.PodDeleted(new PodSpec())), Is.True);

    [Test]
    public void The_defaults_are_valid_and_every_fault_is_named_at_once()
    {
        NodeResourcesFitArgs bad = new()
        {
            IgnoredResources = ["cpu"],
            IgnoredResourceGroups = ["example.com/x"],
            Strategy = ScoringStrategyType.RequestedToCapacityRatio,
            Resources = [new("cpu", 0), new("memory", 101), new("memory", 1)],
            Shape = [new(50, 11), new(50, 1), new(101, 1)],
        };
        string[] fields = [.. bad.Validate().Select(e => e.Field)];
        Assert.Multiple(() =>
        {
            Assert.That(new NodeResourcesFitArgs().Validate(), Is.Empty);
            Assert.That(fields, Is.EqualTo(new[] { "ignoredResources", "ignoredResourceGroups", "resources", "resources", "resources", "shape", "shape", "shape" }));
            Assert.That((bad with { Shape = [] }).Validate().Select(e => e.Field), Does.Contain("requestedToCapacityRatio"));
        });
    }

    private static PodSpec Requesting(params (string, long)[] amounts) =>
        new() { Containers = [new Container { Name = "main", Requests = ResourceList.Of(amounts) }] };

    private static Node Offering(params (string, long)[] amounts) => new() { Name = "n", Allocatable = ResourceList.Of(amounts) };

    private static (StatusCode, string[]) Filter(RandomCluster cluster, NodeResourcesFitArgs args, PodClass pod, Node node)
    {
        List<string> reasons = [];
        bool hopeless = false;
        if (cluster.PodsOn(node).Count + 1 > node.Allocatable[ResourceNames.Pods])
        {
            reasons.Add("Too many pods");
        }

        foreach ((string name, long amount) in pod.Requested)
        {
            bool isIgnored = name == RandomCluster.Device && (!args.IgnoredResources.IsEmpty || !args.IgnoredResourceGroups.IsEmpty);
            if (amount > 0 && !isIgnored && amount > node.Allocatable[name] - cluster.PodsOn(node).Sum(p => p.Requested[name]))
            {
                reasons.Add($"Insufficient {name}");
                hopeless |= amount > node.Allocatable[name];
            }
        }

        return (hopeless ? StatusCode.UnschedulableAndUnresolvable : StatusCode.Unschedulable, [.. reasons]);
    }

    private static long Score(RandomCluster cluster, NodeResourcesFitArgs args, PodClass pod, Node node)
    {
        Int128 sum = 0, weights = 0;
        foreach (ResourceWeight resource in args.Resources)
        {
            Func<PodClass, long> amount = resource.Name switch
            {
                "cpu" => p => p.NonZeroCpuMilli,
                "memory" => p => p.NonZeroMemoryBytes,
                _ => p => p.Requested[resource.Name],
            };
            Int128 capacity = node.Allocatable[resource.Name];
            bool isScalar = resource.Name is not ("cpu" or "memory" or "ephemeral-storage");
            if (capacity == 0 || resource.Name == "pods" || (isScalar && amount(pod) == 0))
            {
                continue;
            }

            Int128 used = amount(pod);
            foreach (PodClass other in cluster.PodsOn(node))
            {
                used += amount(other);
            }

            Int128 points = args.Strategy switch
            {
                ScoringStrategyType.LeastAllocated => used > capacity ? 0 : (capacity - used) * 100 / capacity,
                ScoringStrategyType.MostAllocated => Int128.Min(used, capacity) * 100 / capacity,
                _ => Curve([.. args.Shape], used > capacity ? 100 : (long)(used * 100 / capacity)),
            };
            if (args.Strategy != ScoringStrategyType.RequestedToCapacityRatio || points > 0)
            {
                (sum, weights) = (sum + (points * resource.Weight), weights + resource.Weight);
            }
        }

        // Rounded: half up, as nothing here is negative.
        bool rounds = args.Strategy == ScoringStrategyType.RequestedToCapacityRatio;
        return weights == 0 ? 0 : (long)(rounds ? ((2 * sum) + weights) / (2 * weights) : sum / weights);
    }

    private static long Curve(UtilizationPoint[] shape, long percent)
    {
        UtilizationPoint[] below = [.. shape.Where(p => p.Utilization < percent)], above = [.. shape.Where(p => p.Utilization >= percent)];
        if (below.Length == 0 || above.Length == 0)
        {
            return 10 * (below.Length == 0 ? above[0] : below[^1]).Score;
        }

        long rise = 10 * (above[0].Score - below[^1].Score), run = above[0].Utilization - below[^1].Utilization;
        return (10 * below[^1].Score) + (rise * (percent - below[^1].Utilization) / run);
    }
}
