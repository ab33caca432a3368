using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

/// <summary>
/// Asks every plugin about every node, one at a time, and keeps nothing between two questions: what the evaluator must agree with
/// whatever each plugin declares to read.
/// </summary>
internal static class NaiveEvaluator
{
    public static int Best(Profile profile, PodClass pod, ClusterView view, long attempt)
    {
        Dictionary<IPlugin, object?> filterStates = [], scoreStates = [];
        HashSet<IPlugin> skipped = [];
        foreach (IPreFilterPlugin plugin in profile.PreFilter)
        {
            PreFilterResult result = plugin.PreFilter(pod, view.Vocabulary);
            if (result.Status.IsRejected)
            {
                return -1;
            }

            Note(plugin, result.Status, result.State, filterStates, skipped);
        }

        int[] feasible =
        [
            .. NodesOf(view).Where(n => profile.Filter.Where(f => !skipped.Contains(f)).All(f =>
                f.Filter(new PluginContext(pod, filterStates.GetValueOrDefault(f), view, attempt), view.BlockOf(n), 1UL << (n % Block.Size)) != 0)),
        ];
        skipped.Clear();
        foreach (IPreScorePlugin plugin in profile.PreScore)
        {
            PreScoreResult result = plugin.PreScore(pod, view.Vocabulary);
            Note(plugin, result.Status, result.State, scoreStates, skipped);
        }

        Dictionary<int, long> totals = feasible.ToDictionary(n => n, _ => 0L);
        foreach (WeightedScore score in profile.Score.Where(s => !skipped.Contains(s.Plugin)))
        {
            PluginContext context = new(pod, scoreStates.GetValueOrDefault(score.Plugin), view, attempt);
            Dictionary<int, int> raw = feasible.ToDictionary(n => n, n => ScoreOf(score.Plugin, context, n));
            foreach (int node in feasible)
            {
                int final = score.Plugin is INormalizeScorePlugin n ? n.NormalizeScore(raw[node], raw.Values.Min(), raw.Values.Max()) : raw[node];
                totals[node] += (long)(final * ((double)profile.ScorePrecision / score.Plugin.Precision)) * score.Weight;
            }
        }

        return feasible.Length == 0
            ? -1
            : feasible.OrderByDescending(n => totals[n]).ThenBy(n => view.BlockOf(n).Nodes.TieKeys[n % Block.Size]).First();
    }

    private static void Note(IPlugin plugin, Status status, object? state, Dictionary<IPlugin, object?> states, HashSet<IPlugin> skipped)
    {
        states[plugin] = state;
        if (status.Code == StatusCode.Skip)
        {
            skipped.Add(plugin);
        }
    }

    private static int ScoreOf(IScorePlugin plugin, in PluginContext context, int node)
    {
        int[] scores = new int[Block.Size];
        plugin.Score(context, context.Cluster.BlockOf(node), 1UL << (node % Block.Size), scores);
        return scores[node % Block.Size];
    }

    private static List<int> NodesOf(ClusterView view)
    {
        List<int> nodes = [];
        for (int b = 0; b < view.Blocks.Length; b++)
        {
            foreach (int lane in new Lanes(view.Blocks[b].Nodes.Present))
            {
                nodes.Add((b * Block.Size) + lane);
            }
        }

        return nodes;
    }
}
