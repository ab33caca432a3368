using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// Prefers nodes whose resources a pod makes more evenly used: 75 for no change, up to 100 for better, down to 50 for worse.
/// </summary>
/// <param name="resources">What is balanced; kube-scheduler wants every weight to be 1.</param>
public sealed class NodeResourcesBalancedAllocation(ImmutableArray<ResourceWeight> resources) : IPreScorePlugin, IScorePlugin
{
    /// <summary>One resource alone is as even with the pod as without.</summary>
    private const int OneResource = 75;

    public string Name => "NodeResourcesBalancedAllocation";

    public Reads ScoreReads => Reads.Nodes | Reads.Usage;

    /// <summary>A pod that requests nothing changes no balance.</summary>
    public PreScoreResult PreScore(PodClass pod, Vocabulary vocabulary)
    {
        ScoredResource[] scored = ScoredResource.Of(pod, resources, vocabulary, nonZero: false);
        return scored.All(s => s.PodAmount == 0) ? PreScoreResult.Skip : PreScoreResult.With(scored);
    }

    public void Score(in PluginContext context, Block block, ulong lanes, Span<int> scores)
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
            int with = Balance(block, lane, scored, withPod: true), without = Balance(block, lane, scored, withPod: false);
            scores[lane] = 50 + ((50 + with - without) / 2);
        }
    }

    /// <summary>The usual case, CPU and memory: the columns are looked up once.</summary>
    internal static void ScorePair(Block block, ulong lanes, in ScoredResource first, in ScoredResource second, Span<int> scores)
    {
        if (!LaneScores.WantVectors(lanes) || !TryScorePairVector(block, first, second, scores))
        {
            ScorePairScalar(block, lanes, first, second, scores);
            return;
        }

        foreach (int lane in new Lanes(lanes & ~(block.Nodes.Offering(first.Resource) & block.Nodes.Offering(second.Resource))))
        {
            scores[lane] = OneResource;
        }
    }

    internal static void ScorePairScalar(Block block, ulong lanes, in ScoredResource first, in ScoredResource second, Span<int> scores)
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
                scores[lane] = OneResource;
                continue;
            }

            int with = Evenness(Fraction(firstUsed[lane] + first.PodAmount, capacity), Fraction(secondUsed[lane] + second.PodAmount, other));
            int without = Evenness(Fraction(firstUsed[lane], capacity), Fraction(secondUsed[lane], other));
            scores[lane] = 50 + ((50 + with - without) / 2);
        }
    }

    /// <summary>All lanes, with the operations of <see cref="ScorePairScalar"/> in their order; lanes that lack a resource get no valid score.</summary>
    /// <returns>False, and nothing valid written, where doubles do not hold the amounts.</returns>
    private static bool TryScorePairVector(Block block, in ScoredResource first, in ScoredResource second, Span<int> scores)
    {
        ref long capacityA = ref MemoryMarshal.GetReference(block.Nodes.Allocatable(first.Resource)[..Block.Size]);
        ref long capacityB = ref MemoryMarshal.GetReference(block.Nodes.Allocatable(second.Resource)[..Block.Size]);
        ref long usedA = ref MemoryMarshal.GetReference(block.Requested(first.Resource)[..Block.Size]);
        ref long usedB = ref MemoryMarshal.GetReference(block.Requested(second.Resource)[..Block.Size]);
        ref int scoreAt = ref MemoryMarshal.GetReference(scores[..Block.Size]);
        Vector256<long> podA = Vector256.Create(first.PodAmount), podB = Vector256.Create(second.PodAmount), bits = podA | podB;
        for (int i = 0; i < Block.Size; i += Vector256<long>.Count)
        {
            Vector256<long> a = Vector256.LoadUnsafe(ref usedA, (nuint)i), b = Vector256.LoadUnsafe(ref usedB, (nuint)i);
            Vector256<long> allA = Vector256.LoadUnsafe(ref capacityA, (nuint)i), allB = Vector256.LoadUnsafe(ref capacityB, (nuint)i);
            bits |= a | b | allA | allB;
            Vector256<double> toA = LaneScores.ToDouble(allA), toB = LaneScores.ToDouble(allB);
            Vector128<int> with = Evenness(Fraction(a + podA, toA), Fraction(b + podB, toB));
            Vector128<int> twice = Vector128.Create(50) + with - Evenness(Fraction(a, toA), Fraction(b, toB));

            // Halved towards zero, as in integers.
            (Vector128.Create(50) + ((twice + (twice >>> 31)) >> 1)).StoreUnsafe(ref scoreAt, (nuint)i);
        }

        return (bits & Vector256.Create(-(LaneScores.ExactLimit / 2))) == Vector256<long>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Fraction(Vector256<long> used, Vector256<double> capacity) => Avx.Min(LaneScores.ToDouble(used) / capacity, Vector256<double>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Evenness(Vector256<double> first, Vector256<double> second) => LaneScores.Truncate(
        (Vector256<double>.One - Vector256.Abs((first - second) * Vector256.Create(0.5))) * Vector256.Create((double)IScorePlugin.MaxNodeScore));

    private static double Fraction(long used, long capacity) => Math.Min(1, (double)used / capacity);

    private static int Evenness(double first, double second) =>
        (int)((1 - Math.Abs((first - second) / 2)) * IScorePlugin.MaxNodeScore);

    /// <summary>100 for equal fractions, less by their standard deviation.</summary>
    private static int Balance(Block block, int lane, ScoredResource[] scored, bool withPod)
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

        return (int)((1 - deviation) * IScorePlugin.MaxNodeScore);
    }
}
