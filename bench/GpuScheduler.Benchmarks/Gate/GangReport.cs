using System.Diagnostics;
using System.Globalization;

namespace GpuScheduler.Benchmarks;

/// <summary>
/// The gang benchmarks without BenchmarkDotNet: the fastest and the middle of many runs, for machines that are busy with other things, where means say little.
/// </summary>
internal static class GangReport
{
    private const int Runs = 60;

    /// <summary>Long enough for the JIT compiler to have made its best code, also where others want the processors.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public static int Run(TextWriter output)
    {
        LargeGangBenchmarks large = new();
        large.Setup();
        Measure(output, "one pod of 8 GPUs, cold class", () => large.ColdPod(), 1);
        Measure(output, "512 whole nodes, cold class", () => large.Cold(), 1);
        Measure(output, "512 whole nodes, cold class and domains", () => large.ColdWithDomains(), 1);
        Measure(output, "512 whole nodes, known class", () => large.Warm(), 1);
        Measure(output, "512 whole nodes, cannot fit", () => large.CannotFit(), 1);
        Measure(output, "two groups of 64 and 32", () => large.TwoGroups(), 1);
        foreach (int gpus in (int[])[1, 4])
        {
            SmallGangBenchmarks small = new() { Gpus = gpus };
            small.Setup();
            Measure(output, $"8,000 pods of {gpus} GPUs one by one, a pod", () => small.OneByOne(), 8_000);
            Measure(output, $"1,000 gangs of 8 of them, a pod", () => small.AsGangs(), 8_000);
        }

        return 0;
    }

    private static void Measure(TextWriter output, string what, Action action, int operations)
    {
        int runs = operations > 1 ? Runs / 3 : Runs;
        double[] times = new double[runs];
        long warming = Stopwatch.GetTimestamp();
        for (int run = 0; run < runs || Stopwatch.GetElapsedTime(warming) < WarmUp; run++)
        {
            action();
        }

        for (int run = 0; run < runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            times[run] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / operations;
        }

        Array.Sort(times);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {times[0]:F2} us at the fastest, {times[runs / 2]:F2} us in the middle"));
    }
}
