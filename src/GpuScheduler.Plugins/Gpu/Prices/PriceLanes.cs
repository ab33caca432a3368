using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>
/// Scores by a <see cref="PriceTable"/>: the cheapest device that has room, or as many whole ones as are asked for, and what more of the node's compute is
/// stranded. Eight lanes at a time by vectors that look up tables, one at a time by scalars: both do the same operations and give the same bits.
/// </summary>
internal static unsafe class PriceLanes
{
    private const int Dearest = (int)(GpuPriceScore.Dearest * PriceTable.UnitsPerMilli);

    private const int HalfUnit = 1 << (PriceTable.CostBits - 1);

    /// <summary>Scores lanes of shapes for which the table has a part.</summary>
    public static void Score(PriceTable table, int devices, Block block, ulong lanes, Span<int> scores)
    {
        if (!Avx2.IsSupported || !LaneScores.WantVectors(lanes) || !TryScoreVector(table, devices, block, lanes, scores))
        {
            ScoreScalar(table, devices, block, lanes, scores);
        }
    }

    internal static void ScoreScalar(PriceTable table, int devices, Block block, ulong lanes, Span<int> scores)
    {
        ReadOnlySpan<long> allocatable = block.Nodes.Allocatable(Vocabulary.CpuId), requested = block.Requested(Vocabulary.CpuId);
        foreach (ref readonly LaneGroup<DeviceShape> group in block.Nodes.Shapes.AsSpan())
        {
            ulong asked = group.Lanes & lanes;
            if (asked == 0)
            {
                continue;
            }

            PricedShape shape = table.For(group.Id)!;
            foreach (int lane in new Lanes(asked))
            {
                int cpu = (int)Math.Clamp(allocatable[lane] - requested[lane], 0, int.MaxValue), free = block.TotalFree[lane];
                float before = Stranded(table.Prices.StrandedSteps, cpu, free);
                float after = Stranded(table.Prices.StrandedSteps, Math.Max(cpu - table.PodCpu, 0), free - (shape.Share * devices));
                int cost = (CostOf(table.Costs.AsSpan(shape.Part), shape.Share, block, lane) + HalfUnit) >> PriceTable.CostBits;
                int score = Dearest - cost - (int)MathF.Round((after - before) * (float)table.Scale);
                scores[lane] = Math.Max(Math.Min(score, GpuPriceScore.BestScore), 0);
            }
        }
    }

    /// <returns>False where a node has more free CPU than 32 bits hold; what was written is not valid.</returns>
    [SkipLocalsInit]
    internal static bool TryScoreVector(PriceTable table, int devices, Block block, ulong lanes, Span<int> scores)
    {
        Span<int> parts = stackalloc int[Block.Size], shares = stackalloc int[Block.Size];
        Spread(table, block, lanes, parts, shares);
        ref int partAt = ref MemoryMarshal.GetReference(parts);
        ref int scoreAt = ref MemoryMarshal.GetReference(scores[..Block.Size]);
        ref int shareAt = ref MemoryMarshal.GetReference(shares);
        ref long allocatableAt = ref MemoryMarshal.GetReference(block.Nodes.Allocatable(Vocabulary.CpuId)[..Block.Size]);
        ref long requestedAt = ref MemoryMarshal.GetReference(block.Requested(Vocabulary.CpuId)[..Block.Size]);
        ref short wholeAt = ref MemoryMarshal.GetReference(block.WholeFree[..Block.Size]);
        ref short totalAt = ref MemoryMarshal.GetReference(block.TotalFree[..Block.Size]);
        ReadOnlySpan<short> partial = block.PartialFree;
        ref short gapAt = ref MemoryMarshal.GetReference(partial);
        ReadOnlySpan<float> steps = table.Prices.StrandedSteps;
        Vector256<float> last = Vector256.Create((float)((steps.Length / 2) - 1)), scale = Vector256.Create((float)table.Scale);
        Vector256<int> podCpu = Vector256.Create(table.PodCpu), count = Vector256.Create(devices);
        Vector256<long> tooMuch = Vector256<long>.Zero;
        int* at = stackalloc int[2 * Vector256<int>.Count];
        fixed (int* costs = table.Costs)
        fixed (float* stepsAt = steps)
        {
            for (int i = 0; i < Block.Size; i += Vector256<int>.Count)
            {
                if ((byte)(lanes >> i) == 0)
                {
                    continue;
                }

                Vector256<int> part = Vector256.LoadUnsafe(ref partAt, (nuint)i), share = Vector256.LoadUnsafe(ref shareAt, (nuint)i);
                Vector256<int> cost = Avx2.GatherVector256(costs + PriceTable.Wholes, part + Widen(ref wholeAt, i), sizeof(int));
                for (int row = i; row < partial.Length; row += Block.Size)
                {
                    Vector256<int> gap = Widen(ref gapAt, row);
                    if (!Vector256.GreaterThanOrEqualAny(gap, share))
                    {
                        break;
                    }

                    cost = Vector256.Min(cost, Avx2.GatherVector256(costs, part + gap, sizeof(int)));
                }

                Vector256<long> low = FreeCpu(ref allocatableAt, ref requestedAt, i), high = FreeCpu(ref allocatableAt, ref requestedAt, i + Vector256<long>.Count);
                tooMuch |= (low | high) & Vector256.Create(~(long)int.MaxValue);
                Vector256<int> cpu = Vector256.Narrow(low, high), total = Widen(ref totalAt, i);
                Vector256<int> cpuLeft = Vector256.Max(cpu - podCpu, Vector256<int>.Zero), totalLeft = total - (share * count);
                Vector256<float> milli = Avx.ConvertToVector256Single(total), milliLeft = Avx.ConvertToVector256Single(totalLeft);
                Vector256<float> step = StepOf(cpu, milli, last), stepLeft = StepOf(cpuLeft, milliLeft, last);
                Vector256<int> before = Avx.ConvertToVector256Int32WithTruncation(step), after = Avx.ConvertToVector256Int32WithTruncation(stepLeft);
                before.Store(at);
                after.Store(at + Vector256<int>.Count);
                Vector256<float> more = Stranded(stepsAt, at + Vector256<int>.Count, after, stepLeft, milliLeft) - Stranded(stepsAt, at, before, step, milli);
                Vector256<int> units = Vector256.ShiftRightArithmetic(cost + Vector256.Create(HalfUnit), PriceTable.CostBits);
                Vector256<int> score = Vector256.Create(Dearest) - units - Avx.ConvertToVector256Int32(more * scale);
                Vector256.Max(Vector256.Min(score, Vector256.Create(GpuPriceScore.BestScore)), Vector256<int>.Zero).StoreUnsafe(ref scoreAt, (nuint)i);
            }
        }

        return tooMuch == Vector256<long>.Zero;
    }

    /// <summary>The cheapest way to take what is asked for, without what it strands.</summary>
    private static int CostOf(ReadOnlySpan<int> part, int share, Block block, int lane)
    {
        int cost = part[PriceTable.Wholes + block.WholeFree[lane]];
        ReadOnlySpan<short> partial = block.PartialFree;
        for (int at = lane; at < partial.Length && partial[at] >= share; at += Block.Size)
        {
            cost = Math.Min(cost, part[partial[at]]);
        }

        return cost;
    }

    /// <summary><see cref="GpuPrices.Stranded"/>, from a table of values and slopes, to a hundredth of a milli: single precision fills vectors of twice as many lanes.</summary>
    private static float Stranded(ReadOnlySpan<float> steps, int cpu, int free)
    {
        float step = Math.Min(cpu / (Math.Max(free, 1) * (float)GpuPrices.CpuStep), (steps.Length / 2) - 1);
        int at = (int)step;
        return free * (steps[at * 2] + (steps[(at * 2) + 1] * (step - at)));
    }

    /// <summary>Where in the table a node's CPU is by its compute.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> StepOf(Vector256<int> cpu, Vector256<float> milli, Vector256<float> last) => Avx.Min(
        Avx.ConvertToVector256Single(cpu) / (Avx.Max(milli, Vector256<float>.One) * Vector256.Create((float)GpuPrices.CpuStep)), last);

    /// <param name="steps">The table.</param>
    /// <param name="at">The entries to read, in memory: from a vector each would have to be moved out one by one.</param>
    /// <param name="whole">The same in a vector.</param>
    /// <param name="step">Where in the table, with the part of a step.</param>
    /// <param name="milli">Free compute.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Stranded(float* steps, int* at, Vector256<int> whole, Vector256<float> step, Vector256<float> milli)
    {
        // A value and its slope lie side by side: one load for both costs less than two gathers.
        double* pairs = (double*)steps;
        Vector256<float> even = Vector256.Create(Two(pairs, at[0], at[1]), Two(pairs, at[4], at[5]));
        Vector256<float> odd = Vector256.Create(Two(pairs, at[2], at[3]), Two(pairs, at[6], at[7]));
        Vector256<float> value = Avx.Shuffle(even, odd, 0b10_00_10_00), slope = Avx.Shuffle(even, odd, 0b11_01_11_01);
        return milli * (value + (slope * (step - Avx.ConvertToVector256Single(whole))));
    }

    /// <summary>Two pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Two(double* pairs, int first, int second) =>
        Sse2.LoadHigh(Sse2.LoadScalarVector128(pairs + first), pairs + second).AsSingle();

    /// <summary>Writes for each lane where its shape's part starts and what is taken of a device; any will do for lanes that are not asked about.</summary>
    private static void Spread(PriceTable table, Block block, ulong lanes, Span<int> parts, Span<int> shares)
    {
        ref int partAt = ref MemoryMarshal.GetReference(parts);
        ref int shareAt = ref MemoryMarshal.GetReference(shares);
        Vector256<int> bits = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        PricedShape? first = null;
        foreach (ref readonly LaneGroup<DeviceShape> group in block.Nodes.Shapes.AsSpan())
        {
            ulong asked = group.Lanes & lanes;
            if (asked == 0)
            {
                continue;
            }

            PricedShape shape = table.For(group.Id)!;
            if (first is null)
            {
                first = shape;
                parts.Fill(shape.Part);
                shares.Fill(shape.Share);
            }

            if (shape == first)
            {
                continue;
            }

            Vector256<int> part = Vector256.Create(shape.Part), share = Vector256.Create(shape.Share);
            for (int i = 0; i < Block.Size; i += Vector256<int>.Count)
            {
                Vector256<int> mask = Vector256.Equals(Vector256.Create((int)(asked >> i)) & bits, bits);
                Vector256.ConditionalSelect(mask, part, Vector256.LoadUnsafe(ref partAt, (nuint)i)).StoreUnsafe(ref partAt, (nuint)i);
                Vector256.ConditionalSelect(mask, share, Vector256.LoadUnsafe(ref shareAt, (nuint)i)).StoreUnsafe(ref shareAt, (nuint)i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Widen(ref short column, int first) => Avx2.ConvertToVector256Int32(Vector128.LoadUnsafe(ref column, (nuint)first));

    /// <summary>Not less than 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<long> FreeCpu(ref long allocatable, ref long requested, int first)
    {
        Vector256<long> free = Vector256.LoadUnsafe(ref allocatable, (nuint)first) - Vector256.LoadUnsafe(ref requested, (nuint)first);
        return Vector256.GreaterThan(free, Vector256<long>.Zero) & free;
    }
}
