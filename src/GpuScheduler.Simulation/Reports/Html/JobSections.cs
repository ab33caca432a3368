namespace GpuScheduler.Simulation;

/// <summary>What only workloads with gangs have: how long jobs wait, how large a job still fits, and who holds what.</summary>
internal static class JobSections
{
    public static void Write(Markup page, IReadOnlyList<PolicyOutcome> outcomes)
    {
        PolicyOutcome[] drawn = [.. outcomes.Where(o => o.Runs.All(r => r.Jobs is not null))];
        if (drawn.Length == 0)
        {
            return;
        }

        WriteWaiting(page, drawn);
        WriteLargest(page, drawn);
        JobMapSection.Write(page, drawn);
    }

    private static void WriteWaiting(Markup page, PolicyOutcome[] outcomes)
    {
        PolicyOutcome[] timed = [.. outcomes.Where(o => o.Runs.All(r => r.Jobs!.WaitPercentiles.Count > 0))];
        Section.Open(
            page, timed.Length > 0 ? "How long jobs wait" : "What became of the jobs",
            "A job is a gang: its pods are placed together or not at all. Cross-domain jobs span several domains of the narrowest level on which one domain, were it empty, would hold them."
            + (timed.Length > 0 ? " The line tells what share of the placed jobs waited no longer than that; higher is better. The figures beside the names are the shares that were placed at once." : ""));
        if (timed.Length > 0)
        {
            LineChart chart = new()
            {
                Description = "Share of the placed jobs by waiting time, a line per policy",
                X = Axis.Time("waiting time", timed.Max(o => o.Runs[0].Jobs!.WaitPercentiles[98]), 8),
                Y = Axis.Percent("jobs placed", 0, 100, 5),
                Series = [.. timed.Select(o => new LineSeries(o.Policy.Name, o.Index, SharesOf(o.Runs[0].Jobs!)))],
                IsStepped = true,
                NamedValues = [.. timed.Select(o => Math.Max(0.0, o.Runs[0].Jobs!.WaitPercentiles.Count(w => w == 0) - 1))],
            };
            chart.Draw(page, ChartFrame.Wide, "j-wide");
            (chart with { X = Axis.Time(chart.X.Title, chart.X.Max, 4) }).Draw(page, ChartFrame.Narrow, "j-narrow");
        }

        Section.TableHead(page, "Policy", "Placed", "Never placed", "Cross-domain", "Mean wait", "95th percentile");
        foreach (PolicyOutcome outcome in outcomes)
        {
            page.Open("tr");
            Section.Swatch(page, outcome, "th");
            page.Element("td", ReportText.Count(outcome.Over(r => r.Jobs!.Placed).Mean)).Element("td", ReportText.Count(outcome.Over(r => r.Jobs!.Failed).Mean));
            page.Element("td", ReportText.Count(outcome.Over(r => r.Jobs!.CrossDomain).Mean));
            page.Element("td", Time(outcome, w => w.MeanSeconds)).Element("td", Time(outcome, w => w.P95Seconds)).CloseLine();
        }

        Section.TableEnd(page);
        page.CloseLine();
    }

    private static void WriteLargest(Markup page, PolicyOutcome[] outcomes)
    {
        foreach (string level in outcomes[0].Runs[0].Jobs!.Levels.Where(l => l.Largest.Count > 0).Select(l => l.Level))
        {
            DomainLevelSummary Of(PolicyOutcome outcome) => outcome.Runs[0].Jobs!.Levels.First(l => l.Level == level);
            PolicyOutcome[] drawn = [.. outcomes.Where(o => o.Runs[0].Jobs!.Levels.Any(l => l.Level == level))];
            string name = ReportText.LevelName(level);
            Section.Open(
                page, $"The largest job that still fits into one {name}",
                $"GPUs of the nodes that are wholly free in the {name} that has the most of them ({level}); higher is better. The figures beside the names are means over the time in which pods come.");
            LineChart chart = new()
            {
                Description = $"GPUs of the largest job of whole nodes that fits into one {name} over time, a line per policy",
                X = Axis.Time("virtual time since the start", drawn.Max(o => Of(o).Largest[^1].AtSeconds), 8),
                Y = Axis.Counts("GPUs", drawn.Max(o => Of(o).Largest.Max(p => p.Gpus)), 5),
                Series = [.. drawn.Select(o => new LineSeries(o.Policy.Name, o.Index, [.. Of(o).Largest.Select(p => (p.AtSeconds, new Spread(p.Gpus, p.Gpus, p.Gpus)))]))],
                IsStepped = true,
                NamedValues = [.. drawn.Select(o => Of(o).MeanLargestGpus ?? 0)],
                NamedText = v => ReportText.Number(v, "0.0"),
            };
            chart.Draw(page, ChartFrame.Wide, $"l-{name}-wide");
            (chart with { X = Axis.Time(chart.X.Title, chart.X.Max, 4) }).Draw(page, ChartFrame.Narrow, $"l-{name}-narrow");
            page.CloseLine();
        }
    }

    private static List<(double X, Spread Y)> SharesOf(JobSummary jobs) =>
        [.. jobs.WaitPercentiles.Select((wait, percent) => (wait, new Spread(percent, percent, percent)))];

    private static string Time(PolicyOutcome outcome, Func<WaitingTime, double> figure) =>
        outcome.Over(r => r.Jobs!.Waiting is { } w ? figure(w) : (double?)null) is { } seconds ? ReportText.Duration(seconds.Mean) : "–";
}
