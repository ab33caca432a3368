namespace GpuScheduler.Simulation;

/// <summary>Heat map: what is used of every GPU at the end of a run.</summary>
internal static class DeviceSection
{
    /// <summary>Nodes drawn on a page, all policies together; it keeps the page below 2 MB.</summary>
    private const int MaxNodes = 10_000;

    public static void Write(Markup page, IReadOnlyList<PolicyOutcome> outcomes)
    {
        PolicyOutcome[] drawn = [.. outcomes.Where(o => o.Runs[0].Nodes.Count > 0)];
        if (drawn.Length == 0)
        {
            return;
        }

        int every = Math.Max(1, (int)Math.Ceiling(drawn.Sum(o => (double)o.Runs[0].Nodes.Count) / MaxNodes));
        Section.Open(
            page, "What is used of every GPU at the end",
            "Each column is a node, each cell one of its GPUs, the most used nodes first. Blue cells are full or nearly so, orange ones partly used, the lighter the less; purple ones are free but stranded: their node has no CPU left for a pod."
            + (every > 1 ? $" One node in {every} is drawn." : "")
            + (drawn.Any(o => o.Runs.Count > 1) ? " Drawn is the first seed of each policy." : ""));
        WriteLegend(page);
        Section.Tabs(page, "map", drawn, o => WriteGroups(page, o.Runs[0].Nodes, every));
        page.CloseLine();
    }

    private static void WriteLegend(Markup page)
    {
        page.Open("ul", ("class", "legend inline"));
        for (int c = DeviceCells.Classes.Count - 1; c >= 0; c--)
        {
            page.Open("li", ("class", $"h{c}")).Open("i").Close().Text(DeviceCells.Classes[c].Meaning).Close();
        }

        page.CloseLine();
    }

    private static void WriteGroups(Markup page, IReadOnlyList<NodeUsage> nodes, int every)
    {
        foreach (IGrouping<(string Model, int Count), NodeUsage> group in nodes.GroupBy(n => (n.Model, n.UsedMilli.Count))
            .OrderByDescending(g => g.Count() * g.Key.Count).ThenBy(g => g.Key.Model, StringComparer.Ordinal).ThenBy(g => g.Key.Count))
        {
            int[] cells = [.. group.SelectMany(n => n.UsedMilli)];
            int partly = cells.Count(m => m is > 0 and < 1000), free = cells.Count(m => m <= 0);
            page.Open("p", ("class", "group")).Element("b", group.Key.Model).Text(
                $" · {ReportText.Counted(group.Count(), "node")} of {ReportText.Counted(group.Key.Count, "GPU")} · "
                + $"{ReportText.Percent(cells.Sum(m => (long)m) / (10.0 * Math.Max(1, cells.Length)))} allocated · {ReportText.Count(partly)} partly used, {ReportText.Count(free)} free").Close();
            DeviceMap.Draw(page, [.. group], every);
        }
    }
}
