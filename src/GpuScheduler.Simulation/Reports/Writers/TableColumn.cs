namespace GpuScheduler.Simulation;

/// <summary>A column of figures.</summary>
internal sealed record TableColumn(string Heading, Func<SimulationRun, double?> Figure, Func<double, string> Format)
{
    /// <summary>The mean over some runs; null where one of them has no such figure.</summary>
    public string? Print(IReadOnlyList<SimulationRun> runs)
    {
        double[] values = [.. runs.Select(Figure).OfType<double>()];
        return values.Length == runs.Count ? Format(values.Average()) : null;
    }
}
