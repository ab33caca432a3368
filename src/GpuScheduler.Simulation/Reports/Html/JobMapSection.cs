using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>Racks, nodes, GPUs and links, and who held them when pods held the most.</summary>
internal static class JobMapSection
{
    /// <summary>Nodes drawn on a page, all policies together.</summary>
    private const int MaxNodes = 3_000;

    /// <summary>Levels whose domains are wired with NVLink from node to node.</summary>
    private static readonly string[] NvLinkLevels =
        [WellKnownLabels.GpuClique, "accelerator.topograph.run/domain", "network.topology.nvidia.com/accelerator"];

    public static void Write(Markup page, IReadOnlyList<PolicyOutcome> outcomes)
    {
        PolicyOutcome[] drawn = [.. outcomes.Where(o => o.Runs[0].Jobs!.Fullest is { Nodes.Count: > 0 })];
        if (drawn.Length == 0)
        {
            return;
        }

        int most = MaxNodes / drawn.Length;
        bool isCut = drawn.Any(o => o.Runs[0].Jobs!.Fullest!.Nodes.Count > most);
        Section.Open(
            page, "Who holds what when the most is held",
            "A box is a domain of the narrowest level, a row a node, a cell a GPU. Cells of one colour side by side are one job; colours come again. Point at a node for its name and who holds its GPUs."
            + (isCut ? $" Drawn are the first {ReportText.Count(most)} nodes." : "")
            + (drawn.Any(o => o.Runs.Count > 1) ? " Drawn is the first seed of each policy." : ""));
        WriteLegend(page);
        Section.Tabs(page, "jobs", drawn, o => WriteDomains(page, o.Runs[0].Jobs!, most));
        page.CloseLine();
    }

    private static void WriteLegend(Markup page)
    {
        page.Open("ul", ("class", "legend inline"));
        foreach ((string name, string meaning) in new[]
        {
            ("j0", "job"), ("wide", "job in several boxes"), ("single", "single pods"), ("free", "free"), ("link", "NVLink between GPUs; the bar at the left: between nodes"),
        })
        {
            page.Open("li", ("class", name)).Open("i").Close().Text(meaning).Close();
        }

        page.CloseLine();
    }

    private static void WriteDomains(Markup page, JobSummary jobs, int most)
    {
        int levels = jobs.Levels.Count;
        bool isFabric = levels > 0 && NvLinkLevels.Contains(jobs.Levels[^1].Level, StringComparer.Ordinal);
        NodeHolders[] nodes = [.. jobs.Fullest!.Nodes.Take(most)];
        JobColours colours = new(nodes);
        page.Element("p", $"After {ReportText.Duration(jobs.Fullest.AtSeconds)}.", ("class", "note"));
        foreach (IGrouping<string, NodeHolders> outer in nodes.GroupBy(n => string.Join(" / ", n.Domains.Take(Math.Max(0, levels - 1)).Where(d => d.Length > 0))))
        {
            if (outer.Key.Length > 0)
            {
                page.Open("p", ("class", "group")).Element("b", outer.Key).Close();
            }

            page.Open("div", ("class", "domains"));
            foreach (IGrouping<string, NodeHolders> domain in outer.GroupBy(n => levels > 0 ? n.Domains[^1] : ""))
            {
                DomainMap.Draw(page, domain.Key, [.. domain], colours, isFabric && domain.Key.Length > 0);
            }

            page.CloseLine();
        }
    }
}
