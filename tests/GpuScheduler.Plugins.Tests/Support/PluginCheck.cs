using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

/// <summary>Compares a plugin with an oracle that looks at one node at a time, on whole blocks and on random lanes of them.</summary>
internal static class PluginCheck
{
    public static void FilterAgrees(IFilterPlugin plugin, Func<NodeState, PodSpec, Verdict> oracle, int iter = 40) =>
        Gen.Int.Sample(
            seed =>
            {
                Random random = new(seed);
                KubeCluster cluster = KubeCluster.Random(random);
                for (int i = 0; i < 8; i++)
                {
                    FilterAgrees(plugin, oracle, cluster, cluster.Class(RandomObjects.Pod(random)), random);
                }
            },
            iter: iter);

    public static void ScoreAgrees(IScorePlugin plugin, Func<NodeState, PodSpec, KubeCluster, long> oracle, Func<PodSpec, bool> skips, int iter = 25) =>
        Gen.Int.Sample(
            seed =>
            {
                Random random = new(seed);
                KubeCluster cluster = KubeCluster.Random(random);
                for (int i = 0; i < 8; i++)
                {
                    PodClass pod = cluster.Class(RandomObjects.Pod(random));
                    PreScoreResult result = plugin is IPreScorePlugin pre ? pre.PreScore(pod, cluster.Writer.Vocabulary) : PreScoreResult.With(null);
                    Assert.That(result.Status.Code == StatusCode.Skip, Is.EqualTo(skips(pod.Spec)), $"skips {pod.Spec}");
                    ScoreAgrees(plugin, oracle, cluster, cluster.Context(pod, result.State), random);
                    ScoreAgrees(plugin, oracle, cluster, cluster.Context(pod), random);
                }
            },
            iter: iter);

    public static Verdict VerdictOf(IFilterPlugin plugin, in PluginContext context, Block block, int lane)
    {
        ulong bit = 1UL << lane;
        if (plugin.Filter(context, block, bit) == bit)
        {
            return Verdict.Passes;
        }

        Rejections rejections = new();
        rejections.Speaks(plugin.Name, 1);
        plugin.Explain(context, block, bit, rejections);
        Assert.That(rejections.Reasons, Is.Not.Empty, "a rejected node has a reason");
        Assert.That(rejections.Resolvable + rejections.Unresolvable, Is.EqualTo(1), "all reasons of a node have one code");
        return new Verdict(
            rejections.Resolvable > 0 ? StatusCode.Unschedulable : StatusCode.UnschedulableAndUnresolvable, [.. rejections.Reasons.Keys]);
    }

    private static void FilterAgrees(
        IFilterPlugin plugin, Func<NodeState, PodSpec, Verdict> oracle, KubeCluster cluster, PodClass pod, Random random)
    {
        PreFilterResult result = plugin is IPreFilterPlugin pre ? pre.PreFilter(pod, cluster.Writer.Vocabulary) : PreFilterResult.With(null);
        for (int b = 0; b < cluster.State.Blocks.Length; b++)
        {
            Block block = cluster.State.Blocks[b];
            Dictionary<int, Verdict> expected = [];
            ulong passing = 0, named = 0;
            foreach (int lane in new Lanes(block.Nodes.Present))
            {
                expected[lane] = oracle(cluster.NodeState(b, lane), pod.Spec);
                passing |= expected[lane].Code == StatusCode.Success ? 1UL << lane : 0;
                named |= result.NodeNames?.Contains(block.Nodes[lane].Name) != false ? 1UL << lane : 0;
            }

            Assert.That(passing & ~named, Is.Zero, "PreFilter's names hold every node that fits");
            if (result.Status.Code == StatusCode.Skip)
            {
                Assert.That(passing, Is.EqualTo(block.Nodes.Present), "a plugin that is left out would have passed every node");
            }

            if (result.Status.IsRejected)
            {
                Assert.That(passing, Is.Zero, "a pod that PreFilter rejects fits nowhere");
                continue;
            }

            ulong some = block.Nodes.Present & (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            foreach (object? state in (object?[])[result.State, null])
            {
                PluginContext context = cluster.Context(pod, state);
                Assert.That(plugin.Filter(context, block, block.Nodes.Present), Is.EqualTo(passing), $"all lanes, {pod.Spec}");
                Assert.That(plugin.Filter(context, block, some), Is.EqualTo(passing & some), $"lanes {some:x}, {pod.Spec}");
                Assert.That(plugin.Filter(context, block, 0), Is.Zero);
                Explains(plugin, context, block, some & ~passing, expected);
                foreach (int lane in new Lanes(block.Nodes.Present & ~passing))
                {
                    Verdict actual = VerdictOf(plugin, context, block, lane);
                    Assert.That(actual.Code, Is.EqualTo(expected[lane].Code), $"{block.Nodes[lane]} {pod.Spec}");
                    Assert.That(actual.Reasons, Is.EquivalentTo(expected[lane].Reasons), $"{block.Nodes[lane]} {pod.Spec}");
                }
            }
        }
    }

    /// <summary>Many lanes at once: every reason counts the nodes that have it.</summary>
    private static void Explains(IFilterPlugin plugin, in PluginContext context, Block block, ulong rejected, Dictionary<int, Verdict> expected)
    {
        Rejections rejections = new();
        rejections.Speaks(plugin.Name, 1);
        plugin.Explain(context, block, rejected, rejections);
        Dictionary<string, int> counts = [];
        foreach (int lane in new Lanes(rejected))
        {
            foreach (string reason in expected[lane].Reasons)
            {
                counts[reason] = counts.GetValueOrDefault(reason) + 1;
            }
        }

        Assert.That(rejections.Reasons, Is.EquivalentTo(counts));
    }

    private static void ScoreAgrees(
        IScorePlugin plugin, Func<NodeState, PodSpec, KubeCluster, long> oracle, KubeCluster cluster, in PluginContext context, Random random)
    {
        int[] scores = new int[Block.Size];
        for (int b = 0; b < cluster.State.Blocks.Length; b++)
        {
            Block block = cluster.State.Blocks[b];
            long?[] expected = new long?[Block.Size];
            foreach (int lane in new Lanes(block.Nodes.Present))
            {
                expected[lane] = oracle(cluster.NodeState(b, lane), context.Pod.Spec, cluster);
            }

            foreach (ulong lanes in (ulong[])[block.Nodes.Present, block.Nodes.Present & (ulong)random.NextInt64(long.MinValue, long.MaxValue), 0])
            {
                Array.Fill(scores, int.MinValue);
                plugin.Score(context, block, lanes, scores);
                foreach (int lane in new Lanes(lanes))
                {
                    Assert.That(scores[lane], Is.EqualTo(expected[lane]), $"lane {lane} of {lanes:x}, {context.Pod.Spec}");
                }

                if (plugin.TryScoreAlike(context, block, lanes, out int alike))
                {
                    Assert.That(scores.Where((_, lane) => (lanes >> lane & 1) != 0), Is.All.EqualTo(alike));
                }
            }
        }
    }
}
