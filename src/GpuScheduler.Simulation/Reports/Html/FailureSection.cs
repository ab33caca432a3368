namespace GpuScheduler.Simulation;

/// <summary>Chart: failed pods by reason; table: by kind of request.</summary>
internal static class FailureSection
{
    private const string Others = "all other reasons";

    public static void Write(Markup page, SimulationReport report, IReadOnlyList<PolicyOutcome> outcomes)
    {
        string several = outcomes.Any(o => o.Runs.Count > 1) ? ", mean over the seeds" : "";
        if (outcomes.All(o => o.Runs.All(r => r.Failed == 0)))
        {
            Section.Open(page, "Why pods failed", "None did: every pod got a node.").CloseLine();
            return;
        }

        Section.Open(
            page, "Why pods failed",
            $"Each bar is the pods that never got a node{several}; shorter is better. Colours are the reasons of the nodes that came closest to fitting.");
        string[] reasons = TopReasons(outcomes);
        StackedBars bars = new("Failed pods by reason, a bar per policy", [.. outcomes.Select(o => (o, Parts(o, reasons)))]);
        bars.Draw(page, wide: true);
        bars.Draw(page, wide: false);
        page.Open("ul", ("class", "legend"));
        foreach ((string reason, int i) in reasons.Select((r, i) => (r, i)))
        {
            page.Open("li", ("class", $"r{Colour(i, reasons)}")).Open("i").Close().Text(reason).CloseLine();
        }

        page.CloseLine();
        WriteKinds(page, report, outcomes, several);
        page.CloseLine();
    }

    private static string[] TopReasons(IReadOnlyList<PolicyOutcome> outcomes)
    {
        string[] all =
        [
            .. outcomes.SelectMany(o => o.FailuresBy(f => f.Reason)).GroupBy(f => f.Key, f => f.Value, StringComparer.Ordinal)
                .OrderByDescending(g => g.Sum()).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Key),
        ];
        int room = Palette.Reasons.Count - 1;
        return all.Length <= room ? all : [.. all.Take(room), Others];
    }

    /// <summary>The last colour is grey, and means the others.</summary>
    private static int Colour(int index, string[] reasons) => reasons[index] == Others ? Palette.Reasons.Count - 1 : index;

    private static IReadOnlyList<(string Name, int Colour, double Value)> Parts(PolicyOutcome outcome, string[] reasons)
    {
        IReadOnlyDictionary<string, double> counts = outcome.FailuresBy(f => reasons.Contains(f.Reason) ? f.Reason : Others);
        return [.. reasons.Select((r, i) => (r, Colour(i, reasons), counts.GetValueOrDefault(r))).Where(p => p.Item3 > 0)];
    }

    private static void WriteKinds(Markup page, SimulationReport report, IReadOnlyList<PolicyOutcome> outcomes, string several)
    {
        RequestKind[] kinds = [.. FailureKinds.All.Where(k => report.Workload.PodsOf(k) > 0)];
        if (kinds.Length == 0)
        {
            return;
        }

        page.Element("h3", $"Failed pods by what they ask for{several}");
        Section.TableHead(page, ["Policy", .. kinds.Select(ReportText.Kind)]);
        foreach (PolicyOutcome outcome in outcomes)
        {
            IReadOnlyDictionary<RequestKind, double> counts = outcome.FailuresBy(f => f.RequestKind);
            page.Open("tr");
            Section.Swatch(page, outcome, "th");
            foreach (RequestKind kind in kinds)
            {
                double failed = counts.GetValueOrDefault(kind);
                page.Open("td").Text($"{ReportText.Count(failed)} ").Element("small", ReportText.Percent(100 * failed / report.Workload.PodsOf(kind))).Close();
            }

            page.CloseLine();
        }

        Section.TableEnd(page);
        page.Element("p", "The small figure is the share of all pods of that kind in the workload.", ("class", "note"));
    }
}
