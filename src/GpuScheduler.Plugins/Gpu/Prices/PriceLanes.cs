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

    /// <summary>Scores lanes of shapes of which the table says something.</summary>
    public static void Score(PriceTable table, int devices, Block block, ulong lanes, Span<int> scores)
    {
        if (Avx2.IsSupported && LaneScores.WantVectors(lanes))
        {
            ScoreVector(table, devices, block, lanes, scores);
        }
        else
        {
            ScoreScalar(table, devices, block, lanes, scores);
        }
    }

    internal static void ScoreScalar(PriceTable table, int devices, Block block, ulong lanes, Span<int> scores)
    {
        ReadOnlySpan<int> freeCpu = block.FreeUnits(Vocabulary.CpuId);
        ReadOnlySpan<float> steps = table.Prices.StrandedSteps;
        float scale = (float)table.Scale;
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
                int cpu = Math.Max(freeCpu[lane], 0), free = block.TotalFree[lane];
                float before = Stranded(steps, cpu, free), after = Stranded(steps, Math.Max(cpu - table.PodCpu, 0), free - (shape.Share * devices));
                float cost = LossOf(table, shape, block, lane) + ((after - before) * scale);
                scores[lane] = Math.Max(Math.Min(Dearest - (int)MathF.Round(cost), GpuPriceScore.BestScore), 0);
            }
        }
    }

    /// <summary>Lanes that take different shares of their devices, as where memory is asked for, are scored share by share.</summary>
    [SkipLocalsInit]
    internal static void ScoreVector(PriceTable table, int devices, Block block, ulong lanes, Span<int> scores)
    {
        float* losses = stackalloc float[Block.Size], more = stackalloc float[Block.Size];
        for (ulong left = lanes; left != 0;)
        {
            PricedShape shape = Spread(table, block, left, losses, out ulong alike);
            FindLosses(table, shape, block, alike, losses);
            FindStranded(table, shape.Share * devices, block, more);
            AddUp(losses, more, (float)table.Scale, alike, alike == lanes, scores);
            left &= ~alike;
        }
    }

    /// <summary>The cheapest way to take what is asked for, without what it strands.</summary>
    /// <param name="table">The table.</param>
    /// <param name="shape">What is taken of devices, and what they lose.</param>
    /// <param name="block">The block.</param>
    /// <param name="lanes">Which nodes.</param>
    /// <param name="losses">By lane the mark-up, and then what is lost.</param>
    private static void FindLosses(PriceTable table, PricedShape shape, Block block, ulong lanes, float* losses)
    {
        ref short wholeAt = ref MemoryMarshal.GetReference(block.WholeFree[..Block.Size]);
        ReadOnlySpan<short> partial = block.PartialFree;
        Vector128<short> tooSmall = Vector128.Create((short)(shape.Share - 1));
        Vector256<float> wholeLoss = Vector256.Create(shape.WholeLoss);
        BrokenLookUp broken = new(table.Broken);
        fixed (float* lossOf = shape.Losses)
        fixed (short* gaps = partial)
        {
            for (int i = 0; i < Block.Size; i += Vector256<int>.Count)
            {
                if ((byte)(lanes >> i) == 0)
                {
                    continue;
                }

                Vector256<float> loss = Vector256.Create(PriceTable.NoRoom), markUp = Vector256.Load(losses + i);
                for (int row = i; row < partial.Length && Vector128.GreaterThanAny(Vector128.Load(gaps + row), tooSmall); row += Block.Size)
                {
                    loss = Avx.Min(loss, Eight(lossOf, gaps + row));
                }

                Avx.Min(loss * markUp, (wholeLoss * markUp) + broken.Of(Widen(ref wholeAt, i))).Store(losses + i);
            }
        }
    }

    /// <summary>
    /// What more of each node's compute is stranded, milli. First where in the table, then what stands there: addresses that have just been worked out come back from
    /// memory so late that one loop for both takes a third longer.
    /// </summary>
    [SkipLocalsInit]
    private static void FindStranded(PriceTable table, int takenMilli, Block block, float* more)
    {
        ref int cpuAt = ref MemoryMarshal.GetReference(block.FreeUnits(Vocabulary.CpuId)[..Block.Size]);
        ref short totalAt = ref MemoryMarshal.GetReference(block.TotalFree[..Block.Size]);
        ReadOnlySpan<float> steps = table.Prices.StrandedSteps;
        Vector256<float> last = Vector256.Create((float)((steps.Length / 2) - 1));
        Vector256<int> podCpu = Vector256.Create(table.PodCpu), taken = Vector256.Create(takenMilli);
        int* before = stackalloc int[Block.Size], after = stackalloc int[Block.Size];
        float* pastBefore = stackalloc float[Block.Size], pastAfter = stackalloc float[Block.Size];
        for (int i = 0; i < Block.Size; i += Vector256<int>.Count)
        {
            Vector256<int> cpu = Vector256.Max(Vector256.LoadUnsafe(ref cpuAt, (nuint)i), Vector256<int>.Zero), total = Widen(ref totalAt, i);
            FindStep(cpu, total, last, before + i, pastBefore + i);
            FindStep(Vector256.Max(cpu - podCpu, Vector256<int>.Zero), total - taken, last, after + i, pastAfter + i);
        }

        fixed (float* stepsAt = steps)
        {
            for (int i = 0; i < Block.Size; i += Vector256<int>.Count)
            {
                Vector256<int> total = Widen(ref totalAt, i);
                (Stranded(stepsAt, after + i, pastAfter + i, total - taken) - Stranded(stepsAt, before + i, pastBefore + i, total)).Store(more + i);
            }
        }
    }

    /// <summary>Scores from what is lost and stranded.</summary>
    /// <param name="losses">Score units.</param>
    /// <param name="more">What more is stranded, milli.</param>
    /// <param name="scale">Units that a milli of it is worth.</param>
    /// <param name="lanes">Which nodes.</param>
    /// <param name="isAll">Scores of others may be written.</param>
    /// <param name="scores">The scores.</param>
    private static void AddUp(float* losses, float* more, float scale, ulong lanes, bool isAll, Span<int> scores)
    {
        ref int scoreAt = ref MemoryMarshal.GetReference(scores[..Block.Size]);
        Vector256<float> units = Vector256.Create(scale);
        for (int i = 0; i < Block.Size; i += Vector256<int>.Count)
        {
            Vector256<int> score = Vector256.Create(Dearest) - Avx.ConvertToVector256Int32(Vector256.Load(losses + i) + (Vector256.Load(more + i) * units));
            score = Vector256.Max(Vector256.Min(score, Vector256.Create(GpuPriceScore.BestScore)), Vector256<int>.Zero);
            if (!isAll)
            {
                score = Vector256.ConditionalSelect(ColumnMask.ElementsAt(lanes, i), score, Vector256.LoadUnsafe(ref scoreAt, (nuint)i));
            }

            score.StoreUnsafe(ref scoreAt, (nuint)i);
        }
    }

    /// <summary><see cref="FindLosses"/> for one lane.</summary>
    private static float LossOf(PriceTable table, PricedShape shape, Block block, int lane)
    {
        float loss = PriceTable.NoRoom;
        ReadOnlySpan<short> partial = block.PartialFree;
        for (int at = lane; at < partial.Length && partial[at] >= shape.Share; at += Block.Size)
        {
            loss = Math.Min(loss, shape.Losses[partial[at]]);
        }

        return Math.Min(loss * shape.MarkUp, (shape.WholeLoss * shape.MarkUp) + table.Broken[block.WholeFree[lane]]);
    }

    /// <summary><see cref="GpuPrices.Stranded"/>, from a table of values and slopes, to a hundredth of a milli: single precision fills vectors of twice as many lanes.</summary>
    private static float Stranded(ReadOnlySpan<float> steps, int cpu, int free)
    {
        float step = Math.Min(cpu / (Math.Max(free, 1) * (float)GpuPrices.CpuStep), (steps.Length / 2) - 1);
        int at = (int)step;
        return free * (steps[at * 2] + (steps[(at * 2) + 1] * (step - at)));
    }

    /// <summary>Where in the table a node's CPU is by its compute: the step, and what part of one is past it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FindStep(Vector256<int> cpu, Vector256<int> total, Vector256<float> last, int* step, float* past)
    {
        Vector256<float> milli = Avx.Max(Avx.ConvertToVector256Single(total), Vector256<float>.One);
        Vector256<float> at = Avx.Min(Avx.ConvertToVector256Single(cpu) / (milli * Vector256.Create((float)GpuPrices.CpuStep)), last);
        Vector256<int> whole = Avx.ConvertToVector256Int32WithTruncation(at);
        whole.Store(step);
        (at - Avx.ConvertToVector256Single(whole)).Store(past);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Stranded(float* steps, int* step, float* past, Vector256<int> total)
    {
        // A value and its slope lie side by side: one load for both costs less than two gathers.
        double* pairs = (double*)steps;
        Vector256<float> even = Vector256.Create(Two(pairs, step[0], step[1]), Two(pairs, step[4], step[5]));
        Vector256<float> odd = Vector256.Create(Two(pairs, step[2], step[3]), Two(pairs, step[6], step[7]));
        Vector256<float> value = Avx.Shuffle(even, odd, 0b10_00_10_00), slope = Avx.Shuffle(even, odd, 0b11_01_11_01);
        return Avx.ConvertToVector256Single(total) * (value + (slope * Vector256.Load(past)));
    }

    /// <summary>Two pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Two(double* pairs, int first, int second) =>
        Sse2.LoadHigh(Sse2.LoadScalarVector128(pairs + first), pairs + second).AsSingle();

    /// <summary>Entries of a table. Loads by addresses out of memory take half of what a gather does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Eight(float* table, short* at) => Vector256.Create(
        Vector128.Create(table[at[0]], table[at[1]], table[at[2]], table[at[3]]), Vector128.Create(table[at[4]], table[at[5]], table[at[6]], table[at[7]]));

    /// <summary>Writes for each lane its model's mark-up; any will do for lanes that are not asked about.</summary>
    /// <param name="table">The table.</param>
    /// <param name="block">The block.</param>
    /// <param name="lanes">Which nodes; at least one.</param>
    /// <param name="markUps">By lane.</param>
    /// <param name="alike">Those of them on which the same share is taken as on the first.</param>
    private static PricedShape Spread(PriceTable table, Block block, ulong lanes, float* markUps, out ulong alike)
    {
        PricedShape? first = null;
        alike = 0;
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
                new Span<float>(markUps, Block.Size).Fill(shape.MarkUp);
            }
            else if (shape.Share != first.Share)
            {
                continue;
            }

            alike |= asked;
            if (shape.MarkUp == first.MarkUp)
            {
                continue;
            }

            Vector256<float> markUp = Vector256.Create(shape.MarkUp);
            for (int i = 0; i < Block.Size; i += Vector256<int>.Count)
            {
                Vector256.ConditionalSelect(ColumnMask.ElementsAt(asked, i).AsSingle(), markUp, Vector256.Load(markUps + i)).Store(markUps + i);
            }
        }

        return first!;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Widen(ref short column, int first) => Avx2.ConvertToVector256Int32(Vector128.LoadUnsafe(ref column, (nuint)first));

    /// <summary><see cref="PriceTable.Broken"/> in registers.</summary>
    private readonly struct BrokenLookUp(ReadOnlySpan<float> broken)
    {
        private readonly Vector256<float> _none = Vector256.Create(broken[0]), _low = Vector256.Create(broken[1..]), _high = Vector256.Create(broken[9..]);

        /// <param name="whole">0 to 16 whole free devices.</param>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Of(Vector256<int> whole)
        {
            Vector256<int> at = whole - Vector256<int>.One;
            Vector256<float> some = Avx.BlendVariable(
                Avx2.PermuteVar8x32(_low, at), Avx2.PermuteVar8x32(_high, at), Vector256.GreaterThan(whole, Vector256.Create(8)).AsSingle());

            // Less than none is negative.
            return Avx.BlendVariable(some, _none, at.AsSingle());
        }
    }
}
