using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling.Tests;

/// <summary>Asks every plugin about every node, one at a time, and keeps nothing: what the evaluator must agree with.</summary>
internal static class NaiveEvaluator
{
    public static int Best(Profile profile, PodClass podClass, ClusterView view, long attempt)
    {
        List<int> feasible = [];
        for (int b = 0; b < view.Blocks.Length; b++)
        {
            foreach (int lane in new Lanes(view.Blocks[b].Nodes.Present))
            {
                if (profile.Filter.All(f => f.Filter(new PluginContext(podClass, null, view, attempt), view.Blocks[b], 1UL << lane) != 0))
                {
                    feasible.Add((b * Block.Size) + lane);
                }
            }
        }

        Dictionary<int, long> totals = feasible.ToDictionary(n => n, _ => 0L);
        foreach (WeightedScore score in profile.Score)
        {
            Dictionary<int, int> raw = [];
            int[] scores = new int[Block.Size];
            foreach (int node in feasible)
            {
                score.Plugin.Score(new PluginContext(podClass, null, view, attempt), view.BlockOf(node), 1UL << (node % Block.Size), scores);
                raw[node] = scores[node % Block.Size];
            }

            foreach (int node in feasible)
            {
                int final = score.Plugin is INormalizeScorePlugin n ? n.NormalizeScore(raw[node], raw.Values.Min(), raw.Values.Max()) : raw[node];
                totals[node] += (long)(final * ((double)profile.ScorePrecision / score.Plugin.Precision)) * score.Weight;
            }
        }

        return feasible.Count == 0
            ? -1
            : feasible.OrderByDescending(n => totals[n]).ThenBy(n => view.BlockOf(n).Nodes.TieKeys[n % Block.Size]).First();
    }
}
