namespace GpuScheduler.Simulation;

/// <summary>Table of the figures.</summary>
internal static class NumbersSection
{
    private const string Unknown = "–";

    public static void Write(Markup page, SimulationReport report, IReadOnlyList<PolicyOutcome> outcomes)
    {
        bool several = outcomes.Any(o => o.Runs.Count > 1);
        IReadOnlyList<int> marks = report.Workload.Timed ? [] : LoadMarks.Of(outcomes);
        Section.Open(
            page, "The numbers",
            several ? "Means over the seeds; the small figures are the least and the most. gpusched simulate -o json prints every run in full." : "gpusched simulate -o json prints all of them in full.");
        Section.TableHead(
            page,
            [
                "Policy", .. marks.Select(m => $"Allocated at {m}%"), .. marks.Take(1).Select(m => $"Fragmented at {m}%"), .. report.Workload.Timed ? ["Allocated, mean"] : Array.Empty<string>(),
                "Placed", "Failed", "Seconds", "Pods per second",
            ]);
        foreach (PolicyOutcome outcome in outcomes)
        {
            page.Open("tr");
            Section.Swatch(page, outcome, "th");
            foreach (int mark in marks)
            {
                Cell(page, outcome.AllocatedAt(mark), ReportText.ExactPercent);
            }

            foreach (int mark in marks.Take(1))
            {
                Cell(page, outcome.FragmentedAt(mark), ReportText.ExactPercent);
            }

            if (report.Workload.Timed)
            {
                Cell(page, outcome.Over(r => r.Queueing?.MeanAllocatedPercent), ReportText.ExactPercent);
            }

            Cell(page, outcome.Over(r => r.Placed), ReportText.Count);
            Cell(page, outcome.Over(r => r.Failed), ReportText.Count);
            Cell(page, outcome.Over(r => r.Seconds), s => ReportText.Number(s, "0.00"));
            Cell(page, outcome.Over(r => r.PodsPerSecond), ReportText.Count);
            page.CloseLine();
        }

        Section.TableEnd(page);
        page.CloseLine();
    }

    private static void Cell(Markup page, Spread? spread, Func<double, string> format)
    {
        page.Open("td").Text(spread is { } s ? format(s.Mean) : Unknown);
        if (spread is { } range && range.High > range.Low)
        {
            page.Open("small", ("class", "range")).Text($"{format(range.Low)} – {format(range.High)}").Close();
        }

        page.Close();
    }
}
