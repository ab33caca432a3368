using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GpuScheduler.Cluster;

/// <summary>
/// Compares a column of a block with a bound: bit i of the answer stands for lane i. The vector code and the scalar code give
/// the same bits; <see cref="Vector256.IsHardwareAccelerated"/> decides which runs.
/// </summary>
public static class ColumnMask
{
    /// <summary>
    /// Lanes where <paramref name="capacity"/> - <paramref name="used"/> is at least <paramref name="amount"/>. The difference
    /// wraps around like any <see cref="long"/>: right for all amounts that are not negative, as those of a block are.
    /// </summary>
    public static ulong HasRoom(ReadOnlySpan<long> capacity, ReadOnlySpan<long> used, long amount)
    {
        if (!Vector256.IsHardwareAccelerated)
        {
            return HasRoomScalar(capacity, used, amount);
        }

        ref long c = ref MemoryMarshal.GetReference(capacity[..Block.Size]);
        ref long u = ref MemoryMarshal.GetReference(used[..Block.Size]);
        Vector256<long> bound = Vector256.Create(amount);
        ulong lacking = 0;
        for (int i = 0; i < Block.Size; i += Vector256<long>.Count)
        {
            Vector256<long> room = Vector256.LoadUnsafe(ref c, (nuint)i) - Vector256.LoadUnsafe(ref u, (nuint)i);
            lacking |= (ulong)Vector256.GreaterThan(bound, room).ExtractMostSignificantBits() << i;
        }

        return ~lacking;
    }

    /// <summary>Lanes where each of three columns is at least its bound: the room for what nearly every pod asks for, in one pass.</summary>
    public static ulong AtLeast(ReadOnlySpan<int> first, int firstBound, ReadOnlySpan<int> second, int secondBound, ReadOnlySpan<int> third, int thirdBound)
    {
        if (!Vector256.IsHardwareAccelerated)
        {
            return AtLeastScalar(first, firstBound) & AtLeastScalar(second, secondBound) & AtLeastScalar(third, thirdBound);
        }

        ref int a = ref MemoryMarshal.GetReference(first[..Block.Size]);
        ref int b = ref MemoryMarshal.GetReference(second[..Block.Size]);
        ref int c = ref MemoryMarshal.GetReference(third[..Block.Size]);
        Vector256<int> leastA = Vector256.Create(firstBound), leastB = Vector256.Create(secondBound), leastC = Vector256.Create(thirdBound);
        ulong less = 0;
        for (int i = 0; i < Block.Size; i += Vector256<int>.Count)
        {
            less |= (ulong)(Vector256.GreaterThan(leastA, Vector256.LoadUnsafe(ref a, (nuint)i))
                | Vector256.GreaterThan(leastB, Vector256.LoadUnsafe(ref b, (nuint)i))
                | Vector256.GreaterThan(leastC, Vector256.LoadUnsafe(ref c, (nuint)i))).ExtractMostSignificantBits() << i;
        }

        return ~less;
    }

    /// <summary>Lanes where <paramref name="column"/> is at least <paramref name="bound"/>.</summary>
    public static ulong AtLeast(ReadOnlySpan<long> column, long bound)
    {
        if (!Vector256.IsHardwareAccelerated)
        {
            return AtLeastScalar(column, bound);
        }

        ref long c = ref MemoryMarshal.GetReference(column[..Block.Size]);
        Vector256<long> least = Vector256.Create(bound);
        ulong less = 0;
        for (int i = 0; i < Block.Size; i += Vector256<long>.Count)
        {
            less |= (ulong)Vector256.GreaterThan(least, Vector256.LoadUnsafe(ref c, (nuint)i)).ExtractMostSignificantBits() << i;
        }

        return ~less;
    }

    /// <summary>Lanes where <paramref name="column"/> is at least <paramref name="bound"/>.</summary>
    public static ulong AtLeast(ReadOnlySpan<short> column, short bound)
    {
        if (!Vector256.IsHardwareAccelerated)
        {
            return AtLeastScalar(column, bound);
        }

        ref short c = ref MemoryMarshal.GetReference(column[..Block.Size]);
        Vector256<short> least = Vector256.Create(bound);
        ulong less = 0;
        for (int i = 0; i < Block.Size; i += Vector256<sbyte>.Count)
        {
            // Two comparisons as bytes: their bits come out in one instruction.
            Vector256<sbyte> both = Vector256.Narrow(
                Vector256.GreaterThan(least, Vector256.LoadUnsafe(ref c, (nuint)i)),
                Vector256.GreaterThan(least, Vector256.LoadUnsafe(ref c, (nuint)(i + Vector256<short>.Count))));
            less |= (ulong)both.ExtractMostSignificantBits() << i;
        }

        return ~less;
    }

    /// <summary>Lanes where <paramref name="column"/> is greater than <paramref name="since"/>.</summary>
    public static ulong GreaterThan(ReadOnlySpan<long> column, long since) =>
        since == long.MaxValue ? 0 : AtLeast(column, since + 1);

    /// <summary>
    /// Lanes with at least <paramref name="count"/> slots whose value is at least <paramref name="bound"/>;
    /// <paramref name="slots"/> is slot-major, 64 lanes a slot.
    /// </summary>
    public static ulong SlotsAtLeast(ReadOnlySpan<short> slots, short bound, int count)
    {
        if (!Vector256.IsHardwareAccelerated)
        {
            return SlotsAtLeastScalar(slots, bound, count);
        }

        int slotCount = slots.Length / Block.Size;
        if (slotCount < count)
        {
            return 0;
        }

        ref short s = ref MemoryMarshal.GetReference(slots);
        Vector256<short> least = Vector256.Create(bound);
        Vector256<short> wanted = Vector256.Create((short)count);
        ulong mask = 0;
        for (int lane = 0; lane < Block.Size; lane += Vector256<short>.Count)
        {
            Vector256<short> found = Vector256<short>.Zero;
            for (int slot = 0; slot < slotCount; slot++)
            {
                // A true comparison is -1 in every lane.
                found -= Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref s, (nuint)((slot * Block.Size) + lane)), least);
            }

            mask |= (ulong)Vector256.GreaterThanOrEqual(found, wanted).ExtractMostSignificantBits() << lane;
        }

        return mask;
    }

    /// <summary>All bits of the elements for lanes <paramref name="first"/> to first + 7 that the mask has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> ElementsAt(ulong lanes, int first)
    {
        Vector256<int> bits = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        return Vector256.Equals(Vector256.Create((int)(lanes >> first)) & bits, bits);
    }

    internal static ulong HasRoomScalar(ReadOnlySpan<long> capacity, ReadOnlySpan<long> used, long amount)
    {
        ulong mask = 0;
        for (int i = 0; i < Block.Size; i++)
        {
            mask |= (capacity[i] - used[i] >= amount ? 1UL : 0) << i;
        }

        return mask;
    }

    internal static ulong AtLeastScalar<T>(ReadOnlySpan<T> column, T bound)
        where T : struct, IComparisonOperators<T, T, bool>
    {
        ulong mask = 0;
        for (int i = 0; i < Block.Size; i++)
        {
            mask |= (column[i] >= bound ? 1UL : 0) << i;
        }

        return mask;
    }

    internal static ulong SlotsAtLeastScalar(ReadOnlySpan<short> slots, short bound, int count)
    {
        ulong mask = 0;
        for (int lane = 0; lane < Block.Size; lane++)
        {
            int found = 0;
            for (int i = lane; i < slots.Length; i += Block.Size)
            {
                found += slots[i] >= bound ? 1 : 0;
            }

            mask |= (found >= count ? 1UL : 0) << lane;
        }

        return mask;
    }
}
