using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>Writes scores into the lanes of a mask and into no other, and converts whole numbers to doubles and back, four lanes at once.</summary>
internal static class LaneScores
{
    /// <summary>Whole numbers below this survive <see cref="ToDouble"/> and <see cref="ToInt64"/>.</summary>
    private const long ExactLimit = 1L << 52;

    private const int Few = 8;

    /// <summary>True where vectors over all lanes cost less than a walk over those of the mask.</summary>
    public static bool WantVectors(ulong lanes) => Vector256.IsHardwareAccelerated && BitOperations.PopCount(lanes) > Few;

    public static void Fill(Span<long> scores, ulong lanes, long value)
    {
        if (lanes == ulong.MaxValue)
        {
            scores[..Block.Size].Fill(value);
        }
        else if (WantVectors(lanes))
        {
            Vector256<long> values = Vector256.Create(value);
            for (int i = 0; i < Block.Size; i += Vector256<long>.Count)
            {
                Store(scores, i, values, lanes);
            }
        }
        else
        {
            foreach (int lane in new Lanes(lanes))
            {
                scores[lane] = value;
            }
        }
    }

    /// <summary>Writes lanes <paramref name="first"/> to first + 3 where the mask has them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Span<long> scores, int first, Vector256<long> values, ulong lanes)
    {
        ref long at = ref MemoryMarshal.GetReference(scores.Slice(first, Vector256<long>.Count));
        Vector256.ConditionalSelect(MaskAt(lanes, first), values, Vector256.LoadUnsafe(ref at)).StoreUnsafe(ref at);
    }

    /// <summary>All bits of the elements for lanes <paramref name="first"/> to first + 3 that the mask has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<long> MaskAt(ulong lanes, int first)
    {
        Vector256<long> bits = Vector256.Create(1L, 2L, 4L, 8L);
        return Vector256.Equals(Vector256.Create((long)(lanes >> first)) & bits, bits);
    }

    /// <summary>Whole numbers from 0 to <see cref="ExactLimit"/> - 1 as doubles: they become the mantissa of 2^52.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> ToDouble(Vector256<long> values) =>
        (values | Vector256.Create(0x4330_0000_0000_0000L)).AsDouble() - Vector256.Create((double)ExactLimit);

    /// <summary>The way back; the doubles are whole.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<long> ToInt64(Vector256<double> values) =>
        (values + Vector256.Create((double)ExactLimit)).AsInt64() ^ Vector256.Create(0x4330_0000_0000_0000L);
}
