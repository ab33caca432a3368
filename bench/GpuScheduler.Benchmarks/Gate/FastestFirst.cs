using System.Diagnostics;

namespace GpuScheduler.Benchmarks;

/// <summary>Times of many runs in order: on a machine that is busy with other things the fastest says what the code takes.</summary>
internal static class FastestFirst
{
    /// <summary>Long enough for the JIT compiler to have made its best code, also where others want the processors.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Microseconds of so many runs, after others that are not timed.</summary>
    public static double[] Microseconds(int runs, Action action)
    {
        long warming = Stopwatch.GetTimestamp();
        for (int run = 0; run < runs || Stopwatch.GetElapsedTime(warming) < WarmUp; run++)
        {
            action();
        }

        double[] times = new double[runs];
        for (int run = 0; run < runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            times[run] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        Array.Sort(times);
        return times;
    }
}
