using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

/// <summary>Compares a plugin's answers for blocks with those of a rule for one node.</summary>
internal static class PluginAsserts
{
    private const long Untouched = long.MinValue + 7;

    /// <summary>What a node's rule says: no reason where the node passes.</summary>
    public delegate (StatusCode Code, string[] Reasons) FilterRule(PodClass pod, Node node);

    public static void FiltersAs(this IFilterPlugin plugin, RandomCluster cluster, PodClass pod, FilterRule rule)
    {
        PreFilterResult pre = plugin is IPreFilterPlugin p ? p.PreFilter(pod, cluster.Writer.Vocabulary) : default;
        PluginContext context = new(pod, pre.State, cluster.State, 0), without = context with { State = null };
        Rejections actual = new(), expected = new();
        foreach (Block block in cluster.State.Blocks)
        {
            ulong passing = 0;
            foreach (int lane in new Lanes(block.Nodes.Present))
            {
                (StatusCode code, string[] reasons) = rule(pod, block.Nodes[lane]);
                passing |= (reasons.Length == 0 ? 1UL : 0) << lane;
                foreach (string reason in reasons)
                {
                    expected.Add(1UL << lane, code, reason);
                }
            }

            if (pre.Status.Code == StatusCode.Skip)
            {
                Assert.That(passing, Is.EqualTo(block.Nodes.Present), "Skip means that every node passes");
                continue;
            }

            if (!pre.Status.IsSuccess)
            {
                Assert.That(passing, Is.Zero, "a rejected PreFilter means that no node passes");
                continue;
            }

            foreach (int lane in new Lanes(passing))
            {
                Assert.That(pre.NodeNames is null || pre.NodeNames.Contains(block.Nodes[lane].Name), "only NodeNames may pass");
            }

            foreach (ulong lanes in new[] { block.Nodes.Present, block.Nodes.Present & cluster.RandomLanes(), block.Nodes.Present & cluster.RandomLanes() })
            {
                Assert.That(plugin.Filter(context, block, lanes), Is.EqualTo(passing & lanes), $"lanes {lanes:x}");
                Assert.That(plugin.Filter(without, block, lanes), Is.EqualTo(passing & lanes), "without the state of PreFilter");
            }

            plugin.Explain(context, block, block.Nodes.Present & ~passing, actual);
            foreach (int lane in new Lanes(block.Nodes.Present & ~passing & cluster.RandomLanes()))
            {
                Rejections one = new();
                plugin.Explain(context, block, 1UL << lane, one);
                Assert.That(one.Reasons.Keys, Is.EquivalentTo(rule(pod, block.Nodes[lane]).Reasons));
            }
        }

        if (pre.Status.IsSuccess)
        {
            Assert.That(actual.Reasons, Is.EquivalentTo(expected.Reasons));
            Assert.That(actual.Resolvable, Is.EqualTo(expected.Resolvable));
        }
    }

    /// <returns>Raw scores by node.</returns>
    public static Dictionary<string, long> ScoresAs(this IScorePlugin plugin, RandomCluster cluster, PodClass pod, Func<PodClass, Node, long> rule)
    {
        PreScoreResult pre = plugin is IPreScorePlugin p ? p.PreScore(pod, cluster.Writer.Vocabulary) : default;
        PluginContext context = new(pod, pre.State, cluster.State, 0), without = context with { State = null };
        Dictionary<string, long> scores = [];
        foreach (Block block in cluster.State.Blocks)
        {
            foreach (ulong lanes in new[] { block.Nodes.Present, block.Nodes.Present & cluster.RandomLanes(), block.Nodes.Present & cluster.RandomLanes() })
            {
                long[] actual = new long[Block.Size], fallback = new long[Block.Size];
                Array.Fill(actual, Untouched);
                plugin.Score(context, block, lanes, actual);
                plugin.Score(without, block, lanes, fallback);
                for (int lane = 0; lane < Block.Size; lane++)
                {
                    if ((lanes >> lane & 1) == 0)
                    {
                        Assert.That(actual[lane], Is.EqualTo(Untouched), $"lane {lane} was not asked about");
                        continue;
                    }

                    Node node = block.Nodes[lane];
                    Assert.That(actual[lane], Is.EqualTo(rule(pod, node)), $"{node}, lanes {lanes:x}");
                    Assert.That(fallback[lane], Is.EqualTo(actual[lane]), "without the state of PreScore");
                    scores[node.Name] = actual[lane];
                }
            }
        }

        if (pre.Status.Code == StatusCode.Skip)
        {
            Assert.That(scores.Values.Distinct().Count(), Is.LessThanOrEqualTo(1), "Skip means that no node is better than another");
        }

        return scores;
    }
}
