using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>Adds up and compares the scores of a block's 64 lanes; a mask says which lanes count. Vectors and scalars give the same bits.</summary>
internal static class LaneTotals
{
    /// <summary>Up to so many lanes cost less one by one.</summary>
    private const int Few = 8;

    /// <summary>Sets totals to <paramref name="factor"/> times the scores.</summary>
    public static void Set(Span<long> totals, ReadOnlySpan<long> scores, long factor, ulong lanes)
    {
        if (!WantVectors(lanes) || (ulong)factor > uint.MaxValue)
        {
            SetScalar(totals, scores, factor, lanes);
            return;
        }

        Scale(totals, scores, factor, lanes, add: false);
    }

    /// <summary>Adds <paramref name="factor"/> times the scores to totals.</summary>
    public static void Add(Span<long> totals, ReadOnlySpan<long> scores, long factor, ulong lanes)
    {
        if (!WantVectors(lanes) || (ulong)factor > uint.MaxValue)
        {
            AddScalar(totals, scores, factor, lanes);
            return;
        }

        Scale(totals, scores, factor, lanes, add: true);
    }

    /// <summary>The lane with the highest total; among equals the one with the lowest tie key, then the lowest.</summary>
    /// <param name="totals">By lane.</param>
    /// <param name="ties">By lane.</param>
    /// <param name="lanes">Which count; at least one.</param>
    public static int Best(ReadOnlySpan<long> totals, ReadOnlySpan<ulong> ties, ulong lanes)
    {
        if (!WantVectors(lanes))
        {
            return BestScalar(totals, ties, lanes);
        }

        ref long total = ref MemoryMarshal.GetReference(totals[..Block.Size]);
        Vector256<long> most = Vector256.Create(long.MinValue);
        for (int i = 0; i < Block.Size; i += Vector256<long>.Count)
        {
            most = Vector256.Max(most, Vector256.ConditionalSelect(
                MaskAt(lanes, i), Vector256.LoadUnsafe(ref total, (nuint)i), Vector256.Create(long.MinValue)));
        }

        ulong best = lanes & Equal(ref total, Highest(most));
        if (BitOperations.IsPow2(best))
        {
            return BitOperations.TrailingZeroCount(best);
        }

        // Unsigned keys in the order of signed ones: the highest bit changes sides. The complement makes the lowest the highest.
        ref long tie = ref Unsafe.As<ulong, long>(ref MemoryMarshal.GetReference(ties[..Block.Size]));
        Vector256<long> flip = Vector256.Create(long.MaxValue);
        most = Vector256.Create(long.MinValue);
        for (int i = 0; i < Block.Size; i += Vector256<long>.Count)
        {
            most = Vector256.Max(most, Vector256.ConditionalSelect(
                MaskAt(best, i), Vector256.LoadUnsafe(ref tie, (nuint)i) ^ flip, Vector256.Create(long.MinValue)));
        }

        return BitOperations.TrailingZeroCount(best & Equal(ref tie, Highest(most) ^ long.MaxValue));
    }

    /// <summary>The lowest and highest value among <paramref name="lanes"/>; the highest and lowest there is where they are none.</summary>
    public static (long Low, long High) Range(ReadOnlySpan<long> values, ulong lanes)
    {
        if (!WantVectors(lanes))
        {
            return RangeScalar(values, lanes);
        }

        ref long value = ref MemoryMarshal.GetReference(values[..Block.Size]);
        Vector256<long> least = Vector256.Create(long.MaxValue), most = Vector256.Create(long.MinValue);
        for (int i = 0; i < Block.Size; i += Vector256<long>.Count)
        {
            Vector256<long> mask = MaskAt(lanes, i), here = Vector256.LoadUnsafe(ref value, (nuint)i);
            least = Vector256.Min(least, Vector256.ConditionalSelect(mask, here, least));
            most = Vector256.Max(most, Vector256.ConditionalSelect(mask, here, most));
        }

        return (~Highest(~least), Highest(most));
    }

    internal static void SetScalar(Span<long> totals, ReadOnlySpan<long> scores, long factor, ulong lanes)
    {
        foreach (int lane in new Lanes(lanes))
        {
            totals[lane] = factor * scores[lane];
        }
    }

    internal static void AddScalar(Span<long> totals, ReadOnlySpan<long> scores, long factor, ulong lanes)
    {
        foreach (int lane in new Lanes(lanes))
        {
            totals[lane] += factor * scores[lane];
        }
    }

    internal static int BestScalar(ReadOnlySpan<long> totals, ReadOnlySpan<ulong> ties, ulong lanes)
    {
        int best = BitOperations.TrailingZeroCount(lanes);
        foreach (int lane in new Lanes(lanes))
        {
            if (totals[lane] > totals[best] || (totals[lane] == totals[best] && ties[lane] < ties[best]))
            {
                best = lane;
            }
        }

        return best;
    }

    internal static (long Low, long High) RangeScalar(ReadOnlySpan<long> values, ulong lanes)
    {
        (long low, long high) = (long.MaxValue, long.MinValue);
        foreach (int lane in new Lanes(lanes))
        {
            low = Math.Min(low, values[lane]);
            high = Math.Max(high, values[lane]);
        }

        return (low, high);
    }

    private static bool WantVectors(ulong lanes) => Avx2.IsSupported && BitOperations.PopCount(lanes) > Few;

    /// <summary>
    /// There is no multiplication of 64 bits by 64, but with a factor of at most 32 bits the product, modulo 2^64 as in scalars, is that of the lower half
    /// and that of the upper half moved up.
    /// </summary>
    private static void Scale(Span<long> totals, ReadOnlySpan<long> scores, long factor, ulong lanes, bool add)
    {
        ref long total = ref MemoryMarshal.GetReference(totals[..Block.Size]);
        ref long score = ref MemoryMarshal.GetReference(scores[..Block.Size]);
        Vector256<uint> times = Vector256.Create(factor).AsUInt32();
        Vector256<long> kept = Vector256.Create(add ? -1L : 0);
        for (int i = 0; i < Block.Size; i += Vector256<long>.Count)
        {
            Vector256<long> mask = MaskAt(lanes, i), values = Vector256.LoadUnsafe(ref score, (nuint)i), before = Vector256.LoadUnsafe(ref total, (nuint)i);
            Vector256<long> low = Avx2.Multiply(values.AsUInt32(), times).AsInt64();
            Vector256<long> high = Avx2.Multiply((values >>> 32).AsUInt32(), times).AsInt64();
            Vector256<long> sum = low + (high << 32) + (before & kept);
            Vector256.ConditionalSelect(mask, sum, before).StoreUnsafe(ref total, (nuint)i);
        }
    }

    /// <summary>All bits of the elements for lanes <paramref name="first"/> to first + 3 that the mask has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<long> MaskAt(ulong lanes, int first)
    {
        Vector256<long> bits = Vector256.Create(1L, 2L, 4L, 8L);
        return Vector256.Equals(Vector256.Create((long)(lanes >> first)) & bits, bits);
    }

    private static ulong Equal(ref long values, long value)
    {
        Vector256<long> wanted = Vector256.Create(value);
        ulong equal = 0;
        for (int i = 0; i < Block.Size; i += Vector256<long>.Count)
        {
            equal |= (ulong)Vector256.Equals(Vector256.LoadUnsafe(ref values, (nuint)i), wanted).ExtractMostSignificantBits() << i;
        }

        return equal;
    }

    private static long Highest(Vector256<long> values)
    {
        Vector128<long> two = Vector128.Max(values.GetLower(), values.GetUpper());
        return Math.Max(two[0], two[1]);
    }
}
