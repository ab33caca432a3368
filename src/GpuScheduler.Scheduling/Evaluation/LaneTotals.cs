using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>Adds up and compares the scores of a block's 64 lanes; a mask says which lanes count. Vectors and scalars give the same bits.</summary>
internal static class LaneTotals
{
    /// <summary>Up to so many lanes cost less one by one.</summary>
    private const int Few = 8;

    /// <summary>Sets the totals of <paramref name="lanes"/> to what their scores count: (score >> shift) x factor. The others are left alone.</summary>
    public static void Set(Span<int> totals, ReadOnlySpan<int> scores, int shift, int factor, ulong lanes)
    {
        if (WantVectors(lanes))
        {
            Weigh(totals, scores, shift, factor, lanes, add: false);
        }
        else
        {
            SetScalar(totals, scores, shift, factor, lanes);
        }
    }

    /// <summary>Adds to the totals of <paramref name="lanes"/> what their scores count.</summary>
    public static void Add(Span<int> totals, ReadOnlySpan<int> scores, int shift, int factor, ulong lanes)
    {
        if (WantVectors(lanes))
        {
            Weigh(totals, scores, shift, factor, lanes, add: true);
        }
        else
        {
            AddScalar(totals, scores, shift, factor, lanes);
        }
    }

    /// <summary>The lane with the highest total; among equals the one with the lowest tie key, then the lowest.</summary>
    /// <param name="totals">By lane.</param>
    /// <param name="ties">By lane.</param>
    /// <param name="lanes">Which count; at least one.</param>
    public static int Best(ReadOnlySpan<int> totals, ReadOnlySpan<ulong> ties, ulong lanes)
    {
        ulong best = AllBest(totals, lanes);
        return BitOperations.IsPow2(best) ? BitOperations.TrailingZeroCount(best) : LowestTie(ties, best);
    }

    /// <summary>All lanes that have the highest total.</summary>
    /// <param name="totals">By lane.</param>
    /// <param name="lanes">Which count; at least one.</param>
    public static ulong AllBest(ReadOnlySpan<int> totals, ulong lanes)
    {
        if (!WantVectors(lanes))
        {
            return AllBestScalar(totals, lanes);
        }

        ref int total = ref MemoryMarshal.GetReference(totals[..Block.Size]);
        Vector256<int> least = Vector256.Create(int.MinValue), most = least;
        for (int i = 0; i < Block.Size; i += Vector256<int>.Count)
        {
            most = Vector256.Max(most, Vector256.ConditionalSelect(ColumnMask.ElementsAt(lanes, i), Vector256.LoadUnsafe(ref total, (nuint)i), least));
        }

        return lanes & Equal(ref total, Highest(most));
    }

    /// <summary>The lane with the lowest key, then the lowest.</summary>
    /// <param name="ties">By lane.</param>
    /// <param name="lanes">Which count; at least one.</param>
    public static int LowestTie(ReadOnlySpan<ulong> ties, ulong lanes)
    {
        if (!WantVectors(lanes))
        {
            return LowestTieScalar(ties, lanes);
        }

        // Unsigned keys are in the order of signed ones once the highest bit changes sides. The complement makes the lowest the highest.
        ref long tie = ref Unsafe.As<ulong, long>(ref MemoryMarshal.GetReference(ties[..Block.Size]));
        Vector256<long> flip = Vector256.Create(long.MaxValue), least = Vector256.Create(long.MinValue), most = least;
        Vector256<long> bits = Vector256.Create(1L, 2L, 4L, 8L);
        for (int i = 0; i < Block.Size; i += Vector256<long>.Count)
        {
            Vector256<long> mask = Vector256.Equals(Vector256.Create((long)(lanes >> i)) & bits, bits);
            most = Vector256.Max(most, Vector256.ConditionalSelect(mask, Vector256.LoadUnsafe(ref tie, (nuint)i) ^ flip, least));
        }

        Vector128<long> two = Vector128.Max(most.GetLower(), most.GetUpper());
        Vector256<long> lowest = Vector256.Create(Math.Max(two[0], two[1])) ^ flip;
        ulong equal = 0;
        for (int i = 0; i < Block.Size; i += Vector256<long>.Count)
        {
            equal |= (ulong)Vector256.Equals(Vector256.LoadUnsafe(ref tie, (nuint)i), lowest).ExtractMostSignificantBits() << i;
        }

        return BitOperations.TrailingZeroCount(lanes & equal);
    }

    /// <summary>The lowest and highest value among <paramref name="lanes"/>; the highest and lowest there is where they are none.</summary>
    public static (int Low, int High) Range(ReadOnlySpan<int> values, ulong lanes)
    {
        if (!WantVectors(lanes))
        {
            return RangeScalar(values, lanes);
        }

        ref int value = ref MemoryMarshal.GetReference(values[..Block.Size]);
        Vector256<int> least = Vector256.Create(int.MaxValue), most = Vector256.Create(int.MinValue);
        for (int i = 0; i < Block.Size; i += Vector256<int>.Count)
        {
            Vector256<int> mask = ColumnMask.ElementsAt(lanes, i), here = Vector256.LoadUnsafe(ref value, (nuint)i);
            least = Vector256.Min(least, Vector256.ConditionalSelect(mask, here, least));
            most = Vector256.Max(most, Vector256.ConditionalSelect(mask, here, most));
        }

        return (~Highest(~least), Highest(most));
    }

    internal static void SetScalar(Span<int> totals, ReadOnlySpan<int> scores, int shift, int factor, ulong lanes)
    {
        foreach (int lane in new Lanes(lanes))
        {
            totals[lane] = (scores[lane] >> shift) * factor;
        }
    }

    internal static void AddScalar(Span<int> totals, ReadOnlySpan<int> scores, int shift, int factor, ulong lanes)
    {
        foreach (int lane in new Lanes(lanes))
        {
            totals[lane] += (scores[lane] >> shift) * factor;
        }
    }

    internal static ulong AllBestScalar(ReadOnlySpan<int> totals, ulong lanes)
    {
        (int most, ulong best) = (int.MinValue, 0);
        foreach (int lane in new Lanes(lanes))
        {
            best = totals[lane] > most ? 0 : best;
            most = Math.Max(most, totals[lane]);
            best |= totals[lane] == most ? 1UL << lane : 0;
        }

        return best;
    }

    internal static int LowestTieScalar(ReadOnlySpan<ulong> ties, ulong lanes)
    {
        int first = BitOperations.TrailingZeroCount(lanes);
        foreach (int lane in new Lanes(lanes))
        {
            first = ties[lane] < ties[first] ? lane : first;
        }

        return first;
    }

    internal static (int Low, int High) RangeScalar(ReadOnlySpan<int> values, ulong lanes)
    {
        (int low, int high) = (int.MaxValue, int.MinValue);
        foreach (int lane in new Lanes(lanes))
        {
            low = Math.Min(low, values[lane]);
            high = Math.Max(high, values[lane]);
        }

        return (low, high);
    }

    private static bool WantVectors(ulong lanes) => Vector256.IsHardwareAccelerated && BitOperations.PopCount(lanes) > Few;

    private static void Weigh(Span<int> totals, ReadOnlySpan<int> scores, int shift, int factor, ulong lanes, bool add)
    {
        ref int total = ref MemoryMarshal.GetReference(totals[..Block.Size]);
        ref int score = ref MemoryMarshal.GetReference(scores[..Block.Size]);
        Vector256<int> times = Vector256.Create(factor);
        for (int i = 0; i < Block.Size; i += Vector256<int>.Count)
        {
            Vector256<int> sum = (Vector256.LoadUnsafe(ref score, (nuint)i) >> shift) * times;
            if (add || lanes != ulong.MaxValue)
            {
                // Where all are set anew, what was there is not waited for: it has often never been written.
                Vector256<int> before = Vector256.LoadUnsafe(ref total, (nuint)i);
                sum += add ? before : Vector256<int>.Zero;
                sum = Vector256.ConditionalSelect(ColumnMask.ElementsAt(lanes, i), sum, before);
            }

            sum.StoreUnsafe(ref total, (nuint)i);
        }
    }

    private static ulong Equal(ref int values, int value)
    {
        Vector256<int> wanted = Vector256.Create(value);
        ulong equal = 0;
        for (int i = 0; i < Block.Size; i += Vector256<int>.Count)
        {
            equal |= (ulong)Vector256.Equals(Vector256.LoadUnsafe(ref values, (nuint)i), wanted).ExtractMostSignificantBits() << i;
        }

        return equal;
    }

    private static int Highest(Vector256<int> values)
    {
        Vector128<int> four = Vector128.Max(values.GetLower(), values.GetUpper());
        Vector128<int> two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Math.Max(two[0], two[1]);
    }
}
