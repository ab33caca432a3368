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

    public void Score(in PluginContext context, Block block, ulong lanes, Span<long> scores)
    {
        ScoredResource[] scored = context.State as ScoredResource[]
            ?? ScoredResource.Of(context.Pod, resources, context.Cluster.Vocabulary, nonZero: false);
        if (scored.Length == 2)
        {
            ScorePair(block, lanes, scored[0], scored[1], scores);
            return;
        }

        foreach (int lane in new Lanes(lanes))
        {
            long with = Balance(block, lane, scored, withPod: true), without = Balance(block, lane, scored, withPod: false);
            scores[lane] = 50 + ((50 + with - without) / 2);
        }
    }

    /// <summary>The usual case, CPU and memory: the columns are looked up once.</summary>
    private static void ScorePair(Block block, ulong lanes, in ScoredResource first, in ScoredResource second, Span<long> scores)
    {
        ReadOnlySpan<long> firstCapacities = block.Nodes.Allocatable(first.Resource)[..Block.Size];
        ReadOnlySpan<long> secondCapacities = block.Nodes.Allocatable(second.Resource)[..Block.Size];
        ReadOnlySpan<long> firstUsed = block.Requested(first.Resource)[..Block.Size];
        ReadOnlySpan<long> secondUsed = block.Requested(second.Resource)[..Block.Size];
        scores = scores[..Block.Size];
        foreach (int lane in new Lanes(lanes))
        {
            long capacity = firstCapacities[lane], other = secondCapacities[lane];
            if (capacity <= 0 || other <= 0)
            {
                // One resource alone is as even with the pod as without.
                scores[lane] = 75;
                continue;
            }

            long with = Evenness(Fraction(firstUsed[lane] + first.PodAmount, capacity), Fraction(secondUsed[lane] + second.PodAmount, other));
            long without = Evenness(Fraction(firstUsed[lane], capacity), Fraction(secondUsed[lane], other));
            scores[lane] = 50 + ((50 + with - without) / 2);
        }
    }

    private static double Fraction(long used, long capacity) => Math.Min(1, (double)used / capacity);

    private static long Evenness(double first, double second) =>
        (long)((1 - Math.Abs((first - second) / 2)) * IScorePlugin.MaxNodeScore);

    /// <summary>100 for equal fractions, less by their standard deviation.</summary>
    private static long Balance(Block block, int lane, ScoredResource[] scored, bool withPod)
    {
        Span<double> fractions = stackalloc double[scored.Length];
        int count = 0;
        double sum = 0;
        foreach (ref readonly ScoredResource resource in scored.AsSpan())
        {
            long capacity = block.Nodes.Allocatable(resource.Resource)[lane];
            if (capacity > 0)
            {
                long used = block.Requested(resource.Resource)[lane] + (withPod ? resource.PodAmount : 0);
                double fraction = Fraction(used, capacity);
                fractions[count++] = fraction;
                sum += fraction;
            }
        }

        if (count == 2)
        {
            return Evenness(fractions[0], fractions[1]);
        }

        double deviation = 0;
        if (count > 2)
        {
            double mean = sum / count, squares = 0;
            foreach (double fraction in fractions[..count])
            {
                squares += (fraction - mean) * (fraction - mean);
            }

            deviation = Math.Sqrt(squares / count);
        }

        return (long)((1 - deviation) * IScorePlugin.MaxNodeScore);
    }
}
