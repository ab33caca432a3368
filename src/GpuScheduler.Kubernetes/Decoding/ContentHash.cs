using System.Runtime.InteropServices;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// A quick hash of bytes, twice 16 at a step by a multiplication to 128 bits folded in half (as wyhash does, github.com/wangyi-fudan/wyhash).
/// For look-ups that compare the bytes afterwards: somebody who wants two to meet can make them.
/// </summary>
internal static class ContentHash
{
    private const ulong First = 0xa076_1d64_78bd_642f;
    private const ulong Second = 0xe703_7ed1_a0b4_28db;

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = Fold((ulong)bytes.Length ^ First, Second);
        if (bytes.Length >= 32)
        {
            // Two that do not wait for each other.
            ulong other = hash;
            for (; bytes.Length >= 32; bytes = bytes[32..])
            {
                hash = Fold(MemoryMarshal.Read<ulong>(bytes) ^ hash, MemoryMarshal.Read<ulong>(bytes[8..]) ^ Second);
                other = Fold(MemoryMarshal.Read<ulong>(bytes[16..]) ^ other, MemoryMarshal.Read<ulong>(bytes[24..]) ^ First);
            }

            hash ^= other;
        }

        if (bytes.Length >= 16)
        {
            hash = Fold(MemoryMarshal.Read<ulong>(bytes) ^ hash, MemoryMarshal.Read<ulong>(bytes[8..]) ^ Second);
            bytes = bytes[16..];
        }

        if (bytes.Length == 0)
        {
            return hash;
        }

        Span<byte> last = stackalloc byte[16];
        last.Clear();
        bytes.CopyTo(last);
        return Fold(MemoryMarshal.Read<ulong>(last) ^ hash, MemoryMarshal.Read<ulong>(last[8..]) ^ First);
    }

    private static ulong Fold(ulong x, ulong y) => Math.BigMul(x, y, out ulong low) ^ low;
}
