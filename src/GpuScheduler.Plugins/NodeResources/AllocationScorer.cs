using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// The scoring strategies of <see cref="NodeResourcesFit"/>: each resource gets 0 to 100 points by how full it would be, a node the weighted
/// mean of those that it has. Integer arithmetic that truncates, as kube-scheduler's; vectors and scalars give the same numbers.
/// </summary>
internal sealed class AllocationScorer(NodeResourcesFitArgs args)
{
    /// <summary>
    /// Below this, 100 times a capacity is exact as a double, and so is its truncated quotient. A quotient that is not whole then misses the next whole number by
    /// more than <see cref="Slack"/> and the errors of multiplying instead of dividing, less than 2^-45, so that adding the slack before truncating gives the same.
    /// </summary>
    private const long DoubleLimit = 1L << 43;

    private const double Slack = 1.0 / (1L << 44);

    /// <summary>Below this, what a pod adds is exact as a double, also with what else is used of a capacity below <see cref="DoubleLimit"/>.</summary>
    private const long PodLimit = LaneScores.ExactLimit / 4;

    private readonly ScoringStrategyType _strategy = args.Strategy;

    /// <summary>Score by percent in use, 0 to 100; longer than that, so that amounts too large for doubles stay within it until they are noticed.</summary>
    private readonly long[] _byPercent = [.. Enumerable.Range(0, 128).Select(p => Interpolate(args.Shape, p))];

    public void Score(Block block, ScoredResource[] resources, ulong lanes, Span<int> scores)
    {
        if (!LaneScores.WantVectors(lanes) || !TryScoreVector(block, resources, lanes, scores))
        {
            ScoreScalar(block, resources, lanes, scores);
        }
    }

    internal void ScoreScalar(Block block, ScoredResource[] resources, ulong lanes, Span<int> scores)
    {
        foreach (int lane in new Lanes(lanes))
        {
            long sum = 0, weights = 0;
            foreach (ref readonly ScoredResource resource in resources.AsSpan())
            {
                long capacity = block.Nodes.Allocatable(resource.Resource)[lane];
                if (capacity == 0)
                {
                    continue;
                }

                long used = Math.Min(resource.Used(block, nonZero: true)[lane] + resource.PodAmount, capacity);
                long points = Percent(_strategy == ScoringStrategyType.LeastAllocated ? capacity - used : used, capacity);
                if (_strategy == ScoringStrategyType.RequestedToCapacityRatio)
                {
                    points = _byPercent[points];
                    if (points == 0)
                    {
                        // A resource without points is left out of the mean; a quirk of this strategy alone.
                        continue;
                    }
                }

                sum += points * resource.Weight;
                weights += resource.Weight;
            }

            scores[lane] = weights == 0 ? 0
                : _strategy == ScoringStrategyType.RequestedToCapacityRatio ? (int)Math.Round((double)sum / weights, MidpointRounding.AwayFromZero)
                : (int)(sum / weights);
        }
    }

    /// <returns>False, and nothing valid written, where doubles do not hold every capacity of the block a hundredfold.</returns>
    internal bool TryScoreVector(Block block, ScoredResource[] resources, ulong lanes, Span<int> scores)
    {
        if (resources.Length == 2 && _strategy != ScoringStrategyType.RequestedToCapacityRatio && TryScorePair(block, resources[0], resources[1], lanes, scores))
        {
            return true;
        }

        Span<double> sums = stackalloc double[Block.Size], weights = stackalloc double[Block.Size];
        ref double sumAt = ref MemoryMarshal.GetReference(sums);
        ref double weightAt = ref MemoryMarshal.GetReference(weights);
        bool least = _strategy == ScoringStrategyType.LeastAllocated, isRatio = _strategy == ScoringStrategyType.RequestedToCapacityRatio;
        Vector256<long> bits = Vector256<long>.Zero;
        foreach (ref readonly ScoredResource resource in resources.AsSpan())
        {
            ref long capacityAt = ref MemoryMarshal.GetReference(block.Nodes.Allocatable(resource.Resource)[..Block.Size]);
            ref long usedAt = ref MemoryMarshal.GetReference(resource.Used(block, nonZero: true)[..Block.Size]);
            Vector256<long> pod = Vector256.Create(resource.PodAmount);
            Vector256<double> weight = Vector256.Create((double)resource.Weight), hundred = Vector256.Create(100.0);
            for (nuint i = 0; i < Block.Size; i += (nuint)Vector256<long>.Count)
            {
                Vector256<long> capacity = Vector256.LoadUnsafe(ref capacityAt, i);
                bits |= capacity;
                Vector256<long> used = Vector256.Min(Vector256.LoadUnsafe(ref usedAt, i) + pod, capacity);
                Vector256<double> part = LaneScores.ToDouble(least ? capacity - used : used);
                Vector256<double> counts = Vector256.GreaterThan(capacity, Vector256<long>.Zero).AsDouble();
                Vector256<double> points = Vector256.Floor(part * hundred / LaneScores.ToDouble(capacity)) & counts;
                if (isRatio)
                {
                    points = PointsAt(points) & counts;
                    counts = Vector256.GreaterThan(points, Vector256<double>.Zero);
                }

                (Vector256.LoadUnsafe(ref sumAt, i) + (points * weight)).StoreUnsafe(ref sumAt, i);
                (Vector256.LoadUnsafe(ref weightAt, i) + (weight & counts)).StoreUnsafe(ref weightAt, i);
            }
        }

        if ((bits & Vector256.Create(-DoubleLimit)) != Vector256<long>.Zero)
        {
            return false;
        }

        // Whole numbers this small divide without error near a half or a whole, so that truncating and rounding come out as in integers.
        Vector256<double> rounding = Vector256.Create(isRatio ? 0.5 : 0);
        ref int scoreAt = ref MemoryMarshal.GetReference(scores[..Block.Size]);
        for (int i = 0; i < Block.Size; i += Vector256<double>.Count)
        {
            // Where no resource counts, both are 0 and 0 is the score.
            Vector256<double> weight = Vector256.Max(Vector256.LoadUnsafe(ref weightAt, (nuint)i), Vector256<double>.One);
            Vector256<double> mean = Vector256.LoadUnsafe(ref sumAt, (nuint)i) / weight;
            LaneScores.Truncate(mean + rounding).StoreUnsafe(ref scoreAt, (nuint)i);
        }

        return true;
    }

    /// <summary>The usual case: CPU and memory, of which each node has some, so that weights add up to the same everywhere.</summary>
    /// <returns>False, and nothing written, where it is another case, and where doubles do not hold the amounts.</returns>
    private bool TryScorePair(Block block, in ScoredResource first, in ScoredResource second, ulong lanes, Span<int> scores)
    {
        double weights = (double)first.Weight + second.Weight;
        if (!first.TryAssumedFree(block, out ReadOnlySpan<double> firstFree) || !second.TryAssumedFree(block, out ReadOnlySpan<double> secondFree)
            || !IsOffered(block.Nodes, first, lanes) || !IsOffered(block.Nodes, second, lanes) || weights <= 0)
        {
            return false;
        }

        FreeColumns a = new(firstFree, block.Nodes, first), b = new(secondFree, block.Nodes, second);
        ref int scoreAt = ref MemoryMarshal.GetReference(scores[..Block.Size]);
        Vector256<int> weightA = Vector256.Create(first.Weight), weightB = Vector256.Create(second.Weight);
        bool most = _strategy == ScoringStrategyType.MostAllocated;

        // Half of the least difference between two sums keeps the mean away from whole numbers, so that multiplying truncates as dividing does.
        Vector256<float> inverse = Vector256.Create((float)(1 / weights)), half = Vector256.Create(0.5f);
        for (int i = 0; i < Block.Size; i += Vector256<int>.Count)
        {
            Vector256<int> sum = (a.PointsAt(i, most) * weightA) + (b.PointsAt(i, most) * weightB);
            Avx.ConvertToVector256Int32WithTruncation((Avx.ConvertToVector256Single(sum) + half) * inverse).StoreUnsafe(ref scoreAt, (nuint)i);
        }

        return true;
    }

    /// <summary>True where each of these nodes has some of the resource, and none more than can be computed with in doubles.</summary>
    private static bool IsOffered(BlockNodes nodes, in ScoredResource resource, ulong lanes) =>
        (lanes & ~nodes.Offering(resource.Resource)) == 0 && nodes.Most(resource.Resource) < DoubleLimit && resource.PodAmount < PodLimit;

    private Vector256<double> PointsAt(Vector256<double> percents)
    {
        Vector128<int> at = LaneScores.Truncate(percents) & Vector128.Create(127);
        return Vector256.Create(_byPercent[at[0]], (double)_byPercent[at[1]], _byPercent[at[2]], _byPercent[at[3]]);
    }

    /// <summary>part x 100 / whole, truncated, for a part of the whole.</summary>
    private static long Percent(long part, long whole) =>
        whole < DoubleLimit ? (long)((double)(part * 100) / whole) : (long)((Int128)part * 100 / whole);

    private static long Interpolate(ImmutableArray<UtilizationPoint> shape, int percent)
    {
        const long Scale = IScorePlugin.MaxNodeScore / UtilizationPoint.MaxScore;
        for (int i = 0; i < shape.Length; i++)
        {
            if (percent <= shape[i].Utilization)
            {
                if (i == 0)
                {
                    return shape[0].Score * Scale;
                }

                UtilizationPoint from = shape[i - 1], to = shape[i];
                return (from.Score * Scale)
                    + ((to.Score - from.Score) * Scale * (percent - from.Utilization) / (to.Utilization - from.Utilization));
            }
        }

        return shape.IsEmpty ? 0 : shape[^1].Score * Scale;
    }

    /// <summary>What there is of a resource and what of it is assumed free.</summary>
    private readonly ref struct FreeColumns(ReadOnlySpan<double> free, BlockNodes nodes, in ScoredResource resource)
    {
        private readonly ref double _free = ref MemoryMarshal.GetReference(free[..Block.Size]);
        private readonly ref double _percent = ref MemoryMarshal.GetReference(nodes.PercentPerUnit(resource.Resource)[..Block.Size]);
        private readonly ref long _capacity = ref MemoryMarshal.GetReference(nodes.Allocatable(resource.Resource)[..Block.Size]);
        private readonly Vector256<double> _pod = Vector256.Create((double)resource.PodAmount);

        /// <summary>Points of eight lanes.</summary>
        /// <param name="i">The first of them.</param>
        /// <param name="most">True where what is used counts, not what is left.</param>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<int> PointsAt(int i, bool most) =>
            Vector256.Max(Vector256.Create(FourAt(i, most), FourAt(i + Vector256<double>.Count, most)), Vector256<int>.Zero);

        /// <summary>Negative where more would be used than there is, and that counts for nothing.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector128<int> FourAt(int i, bool most)
        {
            Vector256<double> part = Vector256.LoadUnsafe(ref _free, (nuint)i) - _pod;
            if (most)
            {
                part = LaneScores.ToDouble(Vector256.LoadUnsafe(ref _capacity, (nuint)i)) - Avx.Max(part, Vector256<double>.Zero);
            }

            return LaneScores.Truncate((part * Vector256.LoadUnsafe(ref _percent, (nuint)i)) + Vector256.Create(Slack));
        }
    }
}
