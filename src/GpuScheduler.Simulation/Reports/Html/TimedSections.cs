namespace GpuScheduler.Simulation;

/// <summary>What only runs under virtual time have: use over time, and waiting.</summary>
internal static class TimedSections
{
    public static void Write(Markup page, IReadOnlyList<PolicyOutcome> outcomes)
    {
        PolicyOutcome[] timed = [.. outcomes.Where(o => o.Runs.All(r => r.Queueing is not null))];
        if (timed.Length > 0)
        {
            WriteUse(page, timed);
            WriteWaiting(page, timed);
        }
    }

    private static void WriteUse(Markup page, PolicyOutcome[] outcomes)
    {
        Section.Open(
            page, "How much of the GPUs is allocated over time",
            "Time runs to the right; higher is better while pods wait. A line that ends earlier belongs to a policy that was done earlier. The figures beside the names are means over the run."
            + (outcomes.Any(o => o.Runs.Count > 1) ? " Drawn is the first seed of each policy." : ""));
        LineChart chart = new()
        {
            Description = "Allocated share of all GPUs over time, a line per policy",
            X = Axis.Time("virtual time since the start", outcomes.Max(o => o.Runs[0].Queueing!.MakespanSeconds), 8),
            Y = Axis.Percent("GPUs allocated", 0, 100, 5),
            Series = [.. outcomes.Select(o => new LineSeries(o.Policy.Name, o.Index, Points(o.Runs[0].Queueing!)))],
            IsStepped = true,
            NamedValues = [.. outcomes.Select(o => o.Runs[0].Queueing!.MeanAllocatedPercent)],
        };
        chart.Draw(page, ChartFrame.Wide, "u-wide");
        (chart with { X = Axis.Time(chart.X.Title, chart.X.Max, 4) }).Draw(page, ChartFrame.Narrow, "u-narrow");
        page.CloseLine();
    }

    private static List<(double X, Spread Y)> Points(QueueingSummary queueing)
    {
        List<(double X, Spread Y)> points = [.. queueing.Utilization.Select(u => (u.AtSeconds, Level(u.AllocatedPercent)))];
        if (points.Count > 0 && points[^1].X < queueing.MakespanSeconds)
        {
            points.Add((queueing.MakespanSeconds, points[^1].Y));
        }

        return points;

        static Spread Level(double value) => new(value, value, value);
    }

    private static void WriteWaiting(Markup page, PolicyOutcome[] outcomes)
    {
        Section.Open(
            page, "How long pods wait",
            "From a pod's arrival to its placement, over the placed pods; lower is better. Half of the pods wait no longer than the median, and 5 in 100 longer than the 95th percentile.");
        Section.TableHead(page, "Policy", "Median", "Mean", "95th percentile", "99th percentile", "All done after", "Failed attempts", "Never placed");
        foreach (PolicyOutcome outcome in outcomes)
        {
            page.Open("tr");
            Section.Swatch(page, outcome, "th");
            page.Element("td", Time(outcome, q => q.Waiting.P50Seconds)).Element("td", Time(outcome, q => q.Waiting.MeanSeconds));
            page.Element("td", Time(outcome, q => q.Waiting.P95Seconds)).Element("td", Time(outcome, q => q.Waiting.P99Seconds));
            page.Element("td", Time(outcome, q => q.MakespanSeconds)).Element("td", ReportText.Count(outcome.Over(r => r.Queueing!.FailedAttempts).Mean));
            page.Element("td", ReportText.Count(outcome.Over(r => r.Failed).Mean)).CloseLine();
        }

        Section.TableEnd(page);
        page.CloseLine();
    }

    private static string Time(PolicyOutcome outcome, Func<QueueingSummary, double> figure) => ReportText.Duration(outcome.Over(r => figure(r.Queueing!)).Mean);
}
