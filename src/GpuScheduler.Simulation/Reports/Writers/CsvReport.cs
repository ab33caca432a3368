using System.Globalization;

namespace GpuScheduler.Simulation;

/// <summary>
/// Prints the curves, a row per run and whole percent of arrived load, or the pods where they were asked for; quoted as RFC 4180 says, lines ending in a line feed.
/// </summary>
internal static class CsvReport
{
    public static void Write(SimulationReport report, TextWriter output)
    {
        if (report.Runs.Any(r => r.Outcomes is not null))
        {
            WritePods(report, output);
            return;
        }

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

    private static void WritePods(SimulationReport report, TextWriter output)
    {
        output.Write("policy,seed,namespace,name,state,node,gpus,gpu_milli,wait_seconds,evictions,reason\n");
        foreach (SimulationRun run in report.Runs)
        {
            foreach (PodOutcome pod in run.Outcomes ?? [])
            {
                string gpus = string.Join(' ', pod.Gpus ?? []), milli = string.Join(' ', pod.GpuMilli ?? []);
                output.Write(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Quoted(run.Policy)},{run.Seed},{Quoted(pod.Namespace)},{Quoted(pod.Name)},{pod.State},{Quoted(pod.Node ?? "")},{gpus},{milli},{pod.WaitSeconds},{pod.Evictions ?? 0},{Quoted(pod.Reason ?? "")}\n"));
            }
        }
    }

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
