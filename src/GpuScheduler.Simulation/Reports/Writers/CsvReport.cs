using System.Globalization;

namespace GpuScheduler.Simulation;

/// <summary>Prints the curves: a row per run and whole percent of arrived load, quoted as RFC 4180 says, lines ending in a line feed.</summary>
internal static class CsvReport
{
    public static void Write(SimulationReport report, TextWriter output)
    {
        output.Write("policy,seed,arrived_percent,allocated_percent,fragmented_percent,failed_pods\n");
        foreach (SimulationRun run in report.Runs)
        {
            foreach (CurvePoint point in run.Curve)
            {
                output.Write(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Quoted(run.Policy)},{run.Seed},{point.ArrivedPercent},{point.AllocatedPercent},{point.FragmentedPercent},{point.FailedPods}\n"));
            }
        }
    }

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
