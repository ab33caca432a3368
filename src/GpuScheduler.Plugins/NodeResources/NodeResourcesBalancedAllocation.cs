using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// Prefers nodes whose resources a pod makes more evenly used: 75 for no change, up to 100 for better, down to 50 for worse.
/// </summary>
/// <param name="resources">What is balanced; kube-scheduler wants every weight to be 1.</param>
public sealed class NodeResourcesBalancedAllocation(ImmutableArray<ResourceWeight> resources) : IPreScorePlugin, IScorePlugin
{
    public string Name => "NodeResourcesBalancedAllocation";

    public Reads ScoreReads => Reads.Nodes | Reads.Usage;

    /// <summary>A pod that requests nothing changes no balance.</summary>
    public PreScoreResult PreScore(PodClass pod, Vocabulary vocabulary)
    {
        ScoredResource[] scored = ScoredResource.Of(pod, resources, vocabulary, nonZero: false);
        return scored.All(s => s.PodAmount == 0) ? PreScoreResult.Skip : PreScoreResult.With(scored);
    }

    public void Score(in PluginContext context, Block block, ulong lanes, Span<long> scores) => BalanceScorer.Score(
        block,
        context.State as ScoredResource[] ?? ScoredResource.Of(context.Pod, resources, context.Cluster.Vocabulary, nonZero: false),
        lanes,
        scores);
}
