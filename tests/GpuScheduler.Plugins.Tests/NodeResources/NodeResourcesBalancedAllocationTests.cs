using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

public sealed class NodeResourcesBalancedAllocationTests
{
    private static readonly ResourceWeight[][] Lists =
    [
        [new("cpu", 1), new("memory", 1)],
        [new("memory", 1), new(RandomCluster.Device, 1)],
        [new("cpu", 1), new("memory", 1), new(RandomCluster.Device, 1), new("ephemeral-storage", 1)],
        [new("cpu", 1)],
    ];

    [Test]
    public void On_any_cluster_it_gives_the_points_of_the_formula() =>
        Gen.Int.Sample(
            seed =>
            {
                RandomCluster cluster = new(seed);
                foreach (ResourceWeight[] resources in Lists)
                {
                    NodeResourcesBalancedAllocation plugin = new([.. resources]);
                    PodClass pod = cluster.RandomPod();
                    if (plugin.PreScore(pod, cluster.Writer.Vocabulary).Status.IsSuccess)
                    {
                        plugin.ScoresAs(cluster, pod, (p, node) => Score(cluster, resources, p, node));
                    }
                }
            },
            iter: 150);

    [Test]
    public void A_pod_that_requests_none_of_the_resources_is_not_scored()
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        PodClass pod = writer.Classes.Intern(new PodSpec { Containers = [new Container { Requests = ResourceList.Of(("ephemeral-storage", 5L)) }] });
        Assert.That(new NodeResourcesBalancedAllocation(ResourceWeight.CpuAndMemory).PreScore(pod, writer.Vocabulary).Status, Is.EqualTo(Status.Skip));
    }

    // Half of the CPU and none of the memory in use: 75 balanced points. A pod that asks for half of the memory makes them 100.
    [TestCase(0, 500, ExpectedResult = 87)]
    [TestCase(500, 0, ExpectedResult = 62)]
    [TestCase(100, 100, ExpectedResult = 75)]
    public long A_pod_that_evens_out_use_gives_more_points_than_one_that_does_not(long cpu, long memory)
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        writer.SetNodes(new Node { Name = "n", Allocatable = ResourceList.Of(("cpu", 1000L), ("memory", 1000L)) });
        PodClass there = Class(500, 0), pod = Class(cpu, memory);
        writer.Working.Place(0, new Pod { Name = "p", Spec = there.Spec }, there, DeviceSet.Empty);
        NodeResourcesBalancedAllocation plugin = new(ResourceWeight.CpuAndMemory);
        long[] scores = new long[Block.Size];
        plugin.Score(new PluginContext(pod, plugin.PreScore(pod, writer.Vocabulary).State, writer.Working, 0), writer.Working.Blocks[0], 1, scores);
        return scores[0];

        PodClass Class(long c, long m) => writer.Classes.Intern(
            new PodSpec { Containers = [new Container { Requests = ResourceList.Of(("cpu", c), ("memory", m)) }] });
    }

    private static long Score(RandomCluster cluster, ResourceWeight[] resources, PodClass pod, Node node)
    {
        List<double> with = [], without = [];
        foreach (string name in resources.Select(r => r.Name))
        {
            bool counts = name is "cpu" or "memory" or "ephemeral-storage" || pod.Requested[name] > 0;
            if (counts && node.Allocatable[name] > 0)
            {
                long used = cluster.PodsOn(node).Sum(p => p.Requested[name]);
                with.Add(Math.Min(1, (double)(used + pod.Requested[name]) / node.Allocatable[name]));
                without.Add(Math.Min(1, (double)used / node.Allocatable[name]));
            }
        }

        return 50 + ((50 + Balance(with) - Balance(without)) / 2);
    }

    private static long Balance(List<double> fractions)
    {
        double deviation = fractions.Count switch
        {
            < 2 => 0,
            2 => Math.Abs((fractions[0] - fractions[1]) / 2),
            _ => Math.Sqrt(fractions.Sum(f => (f - (fractions.Sum() / fractions.Count)) * (f - (fractions.Sum() / fractions.Count))) / fractions.Count),
        };
        return (long)((1 - deviation) * 100);
    }
}
