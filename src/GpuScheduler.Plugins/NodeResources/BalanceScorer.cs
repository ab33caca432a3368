using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// How evenly the resources of nodes are used: 100 less the standard deviation of the fractions in use, and how a pod changes that. The order of
/// operations is kube-scheduler's, so that the same doubles come out; vectors and scalars give the same numbers.
/// </summary>
internal static class BalanceScorer
{
    public static void Score(Block block, ScoredResource[] resources, ulong lanes, Span<long> scores)
    {
        if (resources.Length == 2 && LaneScores.WantVectors(lanes) && AreExact(block, resources))
        {
            ScorePair(block, resources[0], resources[1], lanes, scores);
        }
        else
        {
            ScoreScalar(block, resources, lanes, scores);
        }
    }

    internal static void ScoreScalar(Block block, ScoredResource[] resources, ulong lanes, Span<long> scores)
    {
        Span<double> fractions = stackalloc double[resources.Length];
        foreach (int lane in new Lanes(lanes))
        {
            long with = Balance(block, lane, resources, fractions, withPod: true), without = Balance(block, lane, resources, fractions, withPod: false);
            scores[lane] = 50 + ((50 + with - without) / 2);
        }
    }

    /// <summary>Two resources, as nearly everywhere: the deviation is half of the difference.</summary>
    internal static void ScorePair(Block block, ScoredResource one, ScoredResource other, ulong lanes, Span<long> scores)
    {
        ReadOnlySpan<long> capacities = block.Nodes.Allocatable(one.Resource), otherCapacities = block.Nodes.Allocatable(other.Resource);
        ReadOnlySpan<long> requested = one.Used(block, nonZero: false), otherRequested = other.Used(block, nonZero: false);
        Vector256<long> pod = Vector256.Create(one.PodAmount), otherPod = Vector256.Create(other.PodAmount);
        for (int i = 0; i < Block.Size; i += Vector256<long>.Count)
        {
            Vector256<long> capacity = Load(capacities, i), otherCapacity = Load(otherCapacities, i);
            Vector256<double> whole = LaneScores.ToDouble(capacity), otherWhole = LaneScores.ToDouble(otherCapacity);
            Vector256<double> both = (Vector256.GreaterThan(capacity, Vector256<long>.Zero)
                & Vector256.GreaterThan(otherCapacity, Vector256<long>.Zero)).AsDouble();
            Vector256<long> used = Load(requested, i), otherUsed = Load(otherRequested, i);
            Vector256<long> with = Balance(Fraction(used + pod, whole), Fraction(otherUsed + otherPod, otherWhole), both);
            Vector256<long> without = Balance(Fraction(used, whole), Fraction(otherUsed, otherWhole), both);
            Vector256<long> fifty = Vector256.Create(50L);
            LaneScores.Store(scores, i, fifty + ((fifty + with - without) >> 1), lanes);
        }
    }

    private static Vector256<long> Load(ReadOnlySpan<long> column, int first) =>
        Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(column.Slice(first, Vector256<long>.Count)));

    private static Vector256<double> Fraction(Vector256<long> used, Vector256<double> whole) =>
        Vector256.Min(LaneScores.ToDouble(used) / whole, Vector256<double>.One);

    /// <summary>Where one of the two is missing there is nothing to balance, and the deviation is 0.</summary>
    private static Vector256<long> Balance(Vector256<double> one, Vector256<double> other, Vector256<double> both)
    {
        Vector256<double> deviation = Vector256.Abs((one - other) / Vector256.Create(2.0)) & both;
        return LaneScores.ToInt64(Vector256.Floor((Vector256<double>.One - deviation) * Vector256.Create((double)IScorePlugin.MaxNodeScore)));
    }

    private static long Balance(Block block, int lane, ScoredResource[] resources, Span<double> fractions, bool withPod)
    {
        int count = 0;
        double sum = 0;
        foreach (ref readonly ScoredResource resource in resources.AsSpan())
        {
            long capacity = block.Nodes.Allocatable(resource.Resource)[lane];
            if (capacity > 0)
            {
                long used = block.Requested(resource.Resource)[lane] + (withPod ? resource.PodAmount : 0);
                double fraction = Math.Min(1, (double)used / capacity);
                fractions[count++] = fraction;
                sum += fraction;
            }
        }

        double deviation = 0;
        if (count == 2)
        {
            deviation = Math.Abs((fractions[0] - fractions[1]) / 2);
        }
        else if (count > 2)
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

    /// <summary>True where doubles hold every amount of the block.</summary>
    private static bool AreExact(Block block, ScoredResource[] resources)
    {
        Vector256<long> bits = Vector256<long>.Zero;
        foreach (ref readonly ScoredResource resource in resources.AsSpan())
        {
            ReadOnlySpan<long> capacities = block.Nodes.Allocatable(resource.Resource), requested = resource.Used(block, nonZero: false);
            Vector256<long> pod = Vector256.Create(resource.PodAmount);
            for (int i = 0; i < Block.Size; i += Vector256<long>.Count)
            {
                Vector256<long> used = Load(requested, i);
                bits |= Load(capacities, i) | used | (used + pod);
            }
        }

        return (bits & Vector256.Create(-LaneScores.ExactLimit)) == Vector256<long>.Zero;
    }
}
