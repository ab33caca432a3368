namespace GpuScheduler.Simulation;

/// <summary>Chart: fragmentation against arrived load.</summary>
internal static class FragmentationSection
{
    private const int MaxPoints = 300;

    public static void Write(Markup page, SimulationReport report, IReadOnlyList<PolicyOutcome> outcomes)
    {
        LineSeries[] series = [.. outcomes.Select(o => new LineSeries(o.Policy.Name, o.Index, Points(o))).Where(s => s.Points.Count > 0)];
        if (series.Length == 0 || series.All(s => s.Points.Count == 1) || series.All(s => s.Points.All(p => p.Y.High == 0)))
        {
            return;
        }

        Section.Open(
            page, "How fragmented the free GPUs are",
            "Lower is better: of all GPU compute, the part that is free but that the typical pods are expected not to be able to use, "
            + "because the pieces are too small, of the wrong model, or without CPU beside them.");
        double end = series.Max(s => s.Points[^1].X);
        LineChart chart = new()
        {
            Description = "Fragmented share of all GPUs against the load that arrived, a line per policy",
            X = Axis.Percent("load: GPU compute asked for so far", 0, end, 8),
            Y = Axis.PercentAround("GPUs fragmented", 0, series.Max(s => s.Points.Max(p => p.Y.High)), 6),
            Series = series,
            // Where pods leave again, what has come so far says nothing of what the cluster holds.
            Mark = report.Workload.Timed ? null : (100, "demand = capacity"),
        };
        chart.Draw(page, ChartFrame.Wide, "f-wide");
        chart.Draw(page, ChartFrame.Narrow, "f-narrow");
        page.CloseLine();
    }

    /// <summary>Every whole percent; of a long timed run every second, third …, as many as a chart can show.</summary>
    private static IReadOnlyList<(double X, Spread Y)> Points(PolicyOutcome outcome) =>
        [.. Enumerable.Range(0, outcome.Reached + 1).Where(x => x % (1 + (outcome.Reached / MaxPoints)) == 0).Select(x => ((double)x, outcome.FragmentedAt(x))).Where(p => p.Item2 is not null).Select(p => (p.Item1, p.Item2!.Value))];
}
