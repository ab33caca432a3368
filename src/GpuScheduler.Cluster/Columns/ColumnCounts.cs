using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GpuScheduler.Cluster;

/// <summary>
/// Lowers 64 counts to how often an amount fits into what is free, lane by lane. The vector code and the scalar code give the same counts.
/// </summary>
public static class ColumnCounts
{
    /// <summary>Fixed-point digits of a reciprocal: exact for numerators up to 16, and up to 1000 (by denominators up to 1000).</summary>
    private const int SmallShift = 8, MilliShift = 20;

    /// <summary>Lowers counts to <paramref name="capacity"/> - <paramref name="used"/> over <paramref name="amount"/>; other lanes may change as well.</summary>
    public static void LimitByRoom(Span<short> counts, ReadOnlySpan<long> capacity, ReadOnlySpan<long> used, long amount, ulong lanes)
    {
        short most = 0;
        foreach (int lane in new Lanes(lanes))
        {
            most = Math.Max(most, counts[lane]);
        }

        if (most == 0 || amount <= 0)
        {
            return;
        }

        // Most lanes have room for more than anything else allows: only the others need a division.
        ulong ample = amount <= long.MaxValue / most ? ColumnMask.HasRoom(capacity, used, amount * most) : 0;
        foreach (int lane in new Lanes(lanes & ~ample))
        {
            long room = Math.Max(0, capacity[lane] - used[lane]);
            counts[lane] = (short)Math.Min(counts[lane], room / amount);
        }
    }

    /// <summary>Lowers all counts to how often <paramref name="each"/> goes into <paramref name="column"/>, whose values are 0 to 16.</summary>
    public static void LimitByQuotient(Span<short> counts, ReadOnlySpan<short> column, int each)
    {
        if (!Vector256.IsHardwareAccelerated)
        {
            LimitByQuotientScalar(counts, column, each);
            return;
        }

        short reciprocal = each > Device.MaxPerNode ? (short)0 : (short)(((1 << SmallShift) + each - 1) / each);
        ref short c = ref MemoryMarshal.GetReference(counts[..Block.Size]);
        ref short v = ref MemoryMarshal.GetReference(column[..Block.Size]);
        for (int i = 0; i < Block.Size; i += Vector256<short>.Count)
        {
            Vector256<short> times = Vector256.ShiftRightLogical(Vector256.LoadUnsafe(ref v, (nuint)i) * reciprocal, SmallShift);
            Vector256.Min(Vector256.LoadUnsafe(ref c, (nuint)i), times).StoreUnsafe(ref c, (nuint)i);
        }
    }

    /// <summary>
    /// Lowers all counts to how many shares of <paramref name="milli"/> fit on the devices, one device a share; <paramref name="slots"/> is slot-major, 64 lanes a slot,
    /// 0 to 1000 each.
    /// </summary>
    public static void LimitByShares(Span<short> counts, ReadOnlySpan<short> slots, int milli)
    {
        if (!Vector256.IsHardwareAccelerated)
        {
            LimitBySharesScalar(counts, slots, milli);
            return;
        }

        Vector256<uint> reciprocal = Vector256.Create(((1u << MilliShift) + (uint)milli - 1) / (uint)milli);
        ref short c = ref MemoryMarshal.GetReference(counts[..Block.Size]);
        ref short s = ref MemoryMarshal.GetReference(slots);
        for (int lane = 0; lane < Block.Size; lane += Vector256<short>.Count)
        {
            Vector256<uint> low = default, high = default;
            for (int at = lane; at < slots.Length; at += Block.Size)
            {
                (Vector256<uint> first, Vector256<uint> second) = Vector256.Widen(Vector256.LoadUnsafe(ref s, (nuint)at).AsUInt16());
                low += Vector256.ShiftRightLogical(first * reciprocal, MilliShift);
                high += Vector256.ShiftRightLogical(second * reciprocal, MilliShift);
            }

            Vector256<short> times = Vector256.Narrow(low, high).AsInt16();
            Vector256.Min(Vector256.LoadUnsafe(ref c, (nuint)lane), times).StoreUnsafe(ref c, (nuint)lane);
        }
    }

    internal static void LimitByQuotientScalar(Span<short> counts, ReadOnlySpan<short> column, int each)
    {
        for (int lane = 0; lane < Block.Size; lane++)
        {
            counts[lane] = (short)Math.Min(counts[lane], column[lane] / each);
        }
    }

    internal static void LimitBySharesScalar(Span<short> counts, ReadOnlySpan<short> slots, int milli)
    {
        for (int lane = 0; lane < Block.Size; lane++)
        {
            int times = 0;
            for (int at = lane; at < slots.Length; at += Block.Size)
            {
                times += slots[at] / milli;
            }

            counts[lane] = (short)Math.Min(counts[lane], times);
        }
    }
}
