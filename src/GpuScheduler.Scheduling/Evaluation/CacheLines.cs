using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace GpuScheduler.Scheduling;

/// <summary>Hints to the processor about memory that is needed soon. They change no answer.</summary>
internal static unsafe class CacheLines
{
    /// <summary>Has the lines of a value read into the cache, without waiting.</summary>
    public static void Prefetch<T>(ref T value)
        where T : unmanaged
    {
        if (Sse.IsSupported)
        {
            // The collector may move the value meanwhile: then the hint is for nothing, and no harm is done.
            byte* start = (byte*)Unsafe.AsPointer(ref value);
            Sse.Prefetch0(start);
            if (sizeof(T) > sizeof(long))
            {
                Sse.Prefetch0(start + sizeof(T) - 1);
            }
        }
    }
}
