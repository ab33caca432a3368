namespace GpuScheduler.Simulation;

/// <summary>Chart: allocation against arrived load.</summary>
internal static class AllocationSection
{
    private const int LeastZoom = 40;

    public static void Write(Markup page, IReadOnlyList<PolicyOutcome> outcomes)
    {
        int end = outcomes.Max(o => o.Reached);
        if (end == 0)
        {
            return;
        }

        int start = ZoomStart(outcomes);
        Section.Open(
            page, "How much of the GPUs is allocated as load arrives",
            "Further right, pods have asked for more (100% is all GPUs of the cluster); higher is better. The dotted line is a scheduler that places every pod until the cluster is full: "
            + "the distance below it is GPU compute that was asked for and free, but could not be given."
            + (outcomes.Any(o => o.Runs.Count > 1) ? " Lines are means over the seeds, the shade around them reaches from the least to the most." : "")
            + $" The figures beside the names are those at the end, at {end}%.");
        LineChart whole = Chart(outcomes, end) with { X = Arrived(0, end), Y = Axis.Percent("GPUs allocated", 0, 100, 5) };
        if (start < LeastZoom)
        {
            whole.Draw(page, ChartFrame.Wide, "a-wide");
            whole.Draw(page, ChartFrame.Narrow, "a-narrow");
            page.CloseLine();
            return;
        }

        Axis x = Arrived(start, end), y = Range(outcomes, start, end);
        LineChart detail = Chart(outcomes, end) with { X = x, Y = y };
        page.Open("div", ("class", "pair")).Open("div");
        detail.Draw(page, ChartFrame.Detail, "a-wide");
        detail.Draw(page, ChartFrame.Narrow, "a-narrow");
        page.Close().Open("figure");
        (whole with { Framed = (x, y), X = whole.X with { Step = 50 }, Y = whole.Y with { Step = 50 } }).Draw(page, ChartFrame.Overview, "a-small");
        page.Element("figcaption", $"The whole run. The framed part, {(outcomes.Count == 1 ? "the end" : "where the policies differ")}, is the large chart.").Close().Close().CloseLine();
    }

    private static LineChart Chart(IReadOnlyList<PolicyOutcome> outcomes, int end) => new()
    {
        Description = "Allocated share of all GPUs against the load that arrived, a line per policy",
        X = Arrived(0, end),
        Y = Axis.Percent("GPUs allocated", 0, 100, 5),
        Series = [.. outcomes.Select(o => new LineSeries(o.Policy.Name, o.Index, Points(o)))],
        ShowsIdeal = true,
        Mark = (100, "demand = capacity"),
    };

    private static Axis Arrived(int start, int end) => Axis.Percent("load: GPU compute asked for so far", start, end, 8);

    private static IReadOnlyList<(double X, Spread Y)> Points(PolicyOutcome outcome) =>
        [.. Enumerable.Range(0, outcome.Reached + 1).Select(x => ((double)x, outcome.AllocatedAt(x))).Where(p => p.Item2 is not null).Select(p => (p.Item1, p.Item2!.Value))];

    /// <summary>Where most policies have begun to lose pods, a little before; 0 where that is never.</summary>
    private static int ZoomStart(IReadOnlyList<PolicyOutcome> outcomes)
    {
        int x = 0;
        while (x <= 100 && outcomes.Count(o => o.AllocatedAt(x) is { } a && a.Mean >= x - 1) * 2 > outcomes.Count)
        {
            x++;
        }

        return outcomes.Max(o => o.Reached) < x + 5 ? 0 : Math.Max(0, (x / 5 * 5) - 5);
    }

    private static Axis Range(IReadOnlyList<PolicyOutcome> outcomes, int start, int end)
    {
        Spread[] seen = [.. outcomes.SelectMany(o => Enumerable.Range(start, end - start + 1).Select(o.AllocatedAt)).OfType<Spread>()];
        double most = seen.Max(s => s.High);
        return Axis.PercentAround("GPUs allocated", seen.Min(s => s.Low), most > 85 ? 100 : most, 6);
    }
}
