using System.Globalization;

namespace GpuScheduler.Benchmarks;

/// <summary>
/// The gang benchmarks without BenchmarkDotNet: the fastest and the middle of many runs, for machines that are busy with other things, where means say little.
/// </summary>
internal static class GangReport
{
    private const int Runs = 60;

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
        double[] times = FastestFirst.Microseconds(operations > 1 ? Runs / 3 : Runs, action);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what}: {times[0] / operations:F2} us at the fastest, {times[times.Length / 2] / operations:F2} us in the middle"));
    }
}
