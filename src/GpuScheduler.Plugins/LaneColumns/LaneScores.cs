using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuScheduler.Plugins;

/// <summary>What scores of a whole block by vectors have in common: whole numbers as doubles and back, four lanes at once.</summary>
internal static class LaneScores
{
    /// <summary>Whole numbers from -ExactLimit to ExactLimit survive <see cref="ToDouble"/>.</summary>
    public const long ExactLimit = 1L << 51;

    /// <summary>2^52 + 2^51 as a double: a whole number added to its bits is added to its value.</summary>
    private const long Magic = 0x4338_0000_0000_0000;

    private const int Few = 8;

    /// <summary>True where vectors over all lanes cost less than a walk over those of the mask.</summary>
    public static bool WantVectors(ulong lanes) => Avx2.IsSupported && BitOperations.PopCount(lanes) > Few;

    /// <summary>Whole numbers as doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> ToDouble(Vector256<long> values) =>
        (values + Vector256.Create(Magic)).AsDouble() - Vector256.Create((double)(3 * ExactLimit));

    /// <summary>Truncates doubles that an <see cref="int"/> holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Truncate(Vector256<double> values) => Avx.ConvertToVector128Int32WithTruncation(values);
}
