using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace GpuScheduler.Simulation.Tests;

public sealed partial class HtmlReportTests
{
    private static readonly Lazy<string> Full = new(() => ReportPages.Html(SyntheticReport.Make()));

    [Test]
    public void The_headline_is_the_answer()
    {
        XElement page = Parse(Full.Value);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(page.Descendants("h1").Single().Value, Does.Match(@"^default allocated 9[0-9]\.[0-9]% of the GPUs when demand reached capacity\.$"));
            Assert.That(page.Descendants("p").First(p => Class(p) == "rest").Value, Does.Match(@"^fgd [0-9.]+%, packing [0-9.]+%, .*worst-fit [0-9.]+%\.$"));
        }
    }

    [Test]
    public void Policies_that_did_equally_well_share_the_headline()
    {
        SimulationReport report = SyntheticReport.Make(policies: 2, seeds: 1, nodeScale: 0);
        report = report with { Runs = [report.Runs[0], report.Runs[0] with { Policy = "fgd" }] };
        Assert.That(Parse(ReportPages.Html(report)).Descendants("h1").Single().Value, Does.StartWith("default and fgd allocated"));
    }

    [Test]
    public void A_page_of_a_large_cluster_and_seven_policies_stays_below_two_megabytes()
    {
        Assert.That(Full.Value, Has.Length.LessThan(2_000_000));
        Assert.That(Full.Value, Does.Not.Contain("One node in"));
        string larger = ReportPages.Html(SyntheticReport.Make(policies: 7, seeds: 1, nodeScale: 8));
        Assert.That(larger, Has.Length.LessThan(2_000_000));
        Assert.That(larger, Does.Contain("One node in 7 is drawn."));
    }

    [Test]
    public void The_page_needs_nothing_but_itself() =>
        Assert.That(Full.Value, Does.Not.Contain("http").And.Not.Contain("<script").And.Not.Contain("src=").And.Not.Contain("@import"));

    [Test]
    public void Every_policy_has_its_lines_its_bar_its_panel_and_its_sentence()
    {
        XElement page = Parse(Full.Value);
        foreach ((PolicySummary policy, int i) in SyntheticReport.Make().Policies.Select((p, i) => (p, i)))
        {
            XElement[] names = [.. page.Descendants("text").Where(t => Class(t) == "name" && t.Value.StartsWith(policy.Name, StringComparison.Ordinal))];
            // Allocation, fragmentation and bars, each once for wide pages and once for narrow ones.
            Assert.That(names, Has.Length.EqualTo(6), policy.Name);
            Assert.That(names.Select(n => Class(n.Parent!)).Distinct(), Is.EqualTo(new[] { $"c{i}" }), "the colour of a policy is the same everywhere");
            Assert.That(page.Descendants("div").Count(d => Class(d) == $"panel p{i}"), Is.EqualTo(1));
            Assert.That(page.Descendants("dd").Count(d => d.Value == policy.Description), Is.EqualTo(1));
        }
    }

    [Test]
    public void Names_at_the_ends_of_lines_do_not_overlap()
    {
        foreach (XElement chart in Parse(Full.Value).Descendants("svg").Where(s => Class(s).StartsWith("chart", StringComparison.Ordinal)))
        {
            double[] heights = [.. chart.Descendants("text").Where(t => Class(t) == "name").Select(t => (double)t.Attribute("y")!).Order()];
            Assert.That(heights.Zip(heights.Skip(1), (a, b) => b - a), Is.All.GreaterThanOrEqualTo(16.5));
        }
    }

    [Test]
    public void Every_gpu_of_the_map_of_jobs_is_drawn_with_who_holds_it()
    {
        SimulationReport report = SyntheticReport.Make(policies: 2, seeds: 1, timed: true, nodeScale: 0);
        JobMap map = report.Runs[0].Jobs!.Fullest!;
        XElement[] panels = [.. Parse(ReportPages.Html(report)).Descendants("div").Where(d => Class(d).StartsWith("panel p", StringComparison.Ordinal))];
        Assert.That(panels, Has.Length.EqualTo(2));
        foreach (XElement panel in panels)
        {
            XElement[] rows = [.. panel.Descendants("g").Where(g => g.Element("title") is not null)];
            Assert.That(rows.Select(r => r.Element("title")!.Value.Split(':')[0]), Is.EqualTo(map.Nodes.Select(n => n.Name)));
            Assert.That(panel.Descendants("text").Where(t => Class(t) == "domain").Select(t => t.Value), Is.EqualTo(new[] { "rack-0", "rack-1", "rack-2", "rack-3" }));

            // Cells are 24 apart; a job's are drawn as one.
            double[] cells = [.. rows.Select(r => r.Elements("rect").Sum(c => ((double)c.Attribute("width")! + 2) / 24))];
            Assert.That(cells, Is.All.EqualTo(4));
            Assert.That(rows[7].Elements("rect").Select(Class), Is.EqualTo(new[] { "free", "free", "free", "free" }));
            Assert.That(rows[10].Elements("rect").Select(Class), Is.EqualTo(new[] { "single", "single", "single", "single" }));
            Assert.That(Class(rows[1].Elements("rect").Single()), Does.StartWith("job j"));
        }
    }

    [Test]
    public void Jobs_that_lie_in_several_racks_are_marked()
    {
        NodeHolders Node(string name, string rack, params string[] holders) => new() { Name = name, Domains = [rack], Holders = holders, NvLinks = [] };
        JobColours colours = new([Node("a", "r0", "wide", "wide"), Node("b", "r1", "wide", "wide"), Node("c", "r1", "near", "near"), Node("d", "r1", "near", "near")]);
        Assert.That(colours.Of("wide"), Does.EndWith(" wide"));
        Assert.That(colours.Of("near"), Does.StartWith("job ").And.Not.Contain("wide"));
    }

    [Test]
    public void A_page_of_jobs_says_how_long_they_wait_and_what_still_fits()
    {
        string page = ReportPages.Html(SyntheticReport.Make(policies: 2, seeds: 1, timed: true, nodeScale: 0));
        Assert.That(page, Does.Contain("How long jobs wait").And.Contain("The largest job that still fits into one rack"));
        Assert.That(ReportPages.Html(SyntheticReport.Make(policies: 2, seeds: 1, nodeScale: 0)), Does.Not.Contain("How long jobs wait"));
    }

    [Test]
    public void Every_gpu_is_drawn_once_per_policy()
    {
        SimulationReport report = SyntheticReport.Make(policies: 2, seeds: 2, nodeScale: 0.3);
        XElement page = Parse(ReportPages.Html(report));
        foreach (XElement panel in page.Descendants("div").Where(d => Class(d).StartsWith("panel p", StringComparison.Ordinal)))
        {
            // A stroke of length 6n - 1 is n cells.
            int cells = panel.Descendants("path").SelectMany(p => Strokes().Matches((string)p.Attribute("d")!)).Sum(m => (int.Parse(m.Groups[1].ValueSpan) + 1) / 6);
            Assert.That(cells, Is.EqualTo(report.Runs[0].Nodes.Sum(n => n.UsedMilli.Count)));
        }
    }

    [Test]
    public void Drawings_stay_within_their_frames()
    {
        foreach (SimulationReport report in Edges().Append(SyntheticReport.Make(nodeScale: 0)))
        {
            foreach (XElement chart in Parse(ReportPages.Html(report)).Descendants("svg"))
            {
                double[] box = [.. ((string)chart.Attribute("viewBox")!).Split(' ').Select(double.Parse)];
                foreach (XElement shape in chart.Descendants("rect"))
                {
                    double right = (double?)shape.Attribute("x") + (double?)shape.Attribute("width") ?? 0;
                    Assert.That(right, Is.InRange(0, box[2] + 0.5), shape.ToString());
                }

                Assert.That(chart.ToString(), Does.Not.Contain("NaN").And.Not.Contain("Infinity").And.Not.Contain("∞"));
            }
        }
    }

    [Test]
    public void Reports_at_the_edges_make_pages()
    {
        foreach (SimulationReport report in Edges())
        {
            Assert.That(Parse(ReportPages.Html(report)).Descendants("h1").Count(), Is.EqualTo(1));
            foreach (ReportFormat format in Enum.GetValues<ReportFormat>())
            {
                Assert.That(ReportPages.Text(report, format), Does.EndWith("\n"));
            }
        }

        Assert.That(Parse(ReportPages.Html(EdgeReport.WithoutGpus())).Descendants("h1").Single().Value, Is.EqualTo("default placed 75.0% of the pods; this cluster has no GPUs."));
        Assert.That(Parse(ReportPages.Html(EdgeReport.OnePoint())).Descendants("h1").Single().Value, Is.EqualTo("default placed 100.0% of the pods; they ask for less than 1% of the GPUs."));
    }

    [Test]
    public void Hostile_names_are_text_and_nothing_else()
    {
        string html = ReportPages.Html(EdgeReport.Hostile());
        XElement page = Parse(html);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(html, Does.Not.Contain("<script"));
            Assert.That(page.Descendants("script"), Is.Empty);
            Assert.That(page.Descendants("dd").Any(d => d.Value.Contains("<script>alert('x')</script>", StringComparison.Ordinal)), Is.True);
            Assert.That(html.Where(c => char.IsControl(c) && c is not ('\n' or '\t')), Is.Empty);
        }
    }

    [Test]
    public void Timed_runs_show_use_over_time_and_waiting()
    {
        XElement page = Parse(ReportPages.Html(SyntheticReport.Make(policies: 2, seeds: 2, timed: true, nodeScale: 0)));
        string[] headings = [.. page.Descendants("h2").Select(h => h.Value)];
        Assert.That(headings, Does.Contain("How much of the GPUs is allocated over time").And.Contain("How long pods wait").And.Not.Contain("How much of the GPUs is allocated as load arrives"));
        Assert.That(page.Descendants("h1").Single().Value, Does.StartWith("default kept "));
    }

    [Test, Explicit("Writes pages to look at, into the folder that the run parameter pages names")]
    public void Pages_to_look_at()
    {
        string folder = TestContext.Parameters.Get("pages", Path.GetTempPath());
        File.WriteAllText(Path.Combine(folder, "many.html"), Full.Value);
        File.WriteAllText(Path.Combine(folder, "one.html"), ReportPages.Html(SyntheticReport.Make(policies: 1, seeds: 1, reach: 63)));
        File.WriteAllText(Path.Combine(folder, "timed.html"), ReportPages.Html(SyntheticReport.Make(policies: 3, seeds: 2, timed: true)));
        File.WriteAllText(Path.Combine(folder, "hostile.html"), ReportPages.Html(EdgeReport.Hostile()));
        File.WriteAllText(Path.Combine(folder, "point.html"), ReportPages.Html(EdgeReport.OnePoint()));
    }

    private static SimulationReport[] Edges() =>
        [EdgeReport.Empty(), EdgeReport.WithoutRuns(), EdgeReport.WithoutGpus(), EdgeReport.OnePoint(), EdgeReport.Hostile(), SyntheticReport.Make(policies: 1, seeds: 1, reach: 0, nodeScale: 0)];

    private static XElement Parse(string html) => XDocument.Parse(html.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal).Trim()).Root!;

    private static string Class(XElement element) => (string?)element.Attribute("class") ?? "";

    [GeneratedRegex("v([0-9]+)")]
    private static partial Regex Strokes();
}
