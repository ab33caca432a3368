using System.Text;

namespace GpuScheduler.Simulation;

/// <summary>Nodes as columns of cells, a cell per GPU, in strips that wrap to the width of the page.</summary>
internal static class DeviceMap
{
    private const int Pitch = 6, StripNodes = 16;

    /// <summary>Draws nodes alike; every <paramref name="every"/>th of them where there are too many.</summary>
    public static void Draw(Markup page, IReadOnlyList<NodeUsage> nodes, int every)
    {
        NodeUsage[] drawn =
        [
            .. nodes.OrderByDescending(n => n.UsedMilli.Sum(m => (long)m)).ThenByDescending(n => n.CpuUsedPercent).ThenBy(n => n.Name, StringComparer.Ordinal)
                .Where((_, i) => i % every == every / 2 || nodes.Count < every),
        ];
        page.Open("div", ("class", "strips"));
        foreach (NodeUsage[] strip in drawn.Chunk(StripNodes))
        {
            DrawStrip(page, strip);
        }

        page.CloseLine();
    }

    private static void DrawStrip(Markup page, NodeUsage[] nodes)
    {
        int slots = nodes.Max(n => n.UsedMilli.Count), height = (slots * Pitch) - 1, width = nodes.Length * Pitch;
        page.Open("svg", ("width", Markup.N(width)), ("height", Markup.N(height)), ("viewBox", $"0 0 {width} {height}"));
        StringBuilder[] paths = [.. DeviceCells.Classes.Select(_ => new StringBuilder())];
        for (int i = 0; i < nodes.Length; i++)
        {
            AddRuns(paths, nodes[i], (i * Pitch) + 2.5, slots);
        }

        for (int c = 0; c < paths.Length; c++)
        {
            if (paths[c].Length > 0)
            {
                page.Empty("path", ("class", $"h{c}"), ("d", paths[c].ToString()));
            }
        }

        for (int i = 0; i < nodes.Length; i++)
        {
            NodeUsage node = nodes[i];
            page.Open("rect", ("x", Markup.N(i * Pitch)), ("width", "6"), ("height", Markup.N(height)));
            page.Element("title", $"{node.Name}: {string.Join(' ', node.UsedMilli)}, CPU {ReportText.Number(node.CpuUsedPercent, "0")}%").Close();
        }

        page.Close();
    }

    /// <summary>A run of cells alike is one stroke; its dashes are the cells. The most used stand at the bottom.</summary>
    private static void AddRuns(StringBuilder[] paths, NodeUsage node, double x, int slots)
    {
        int[] cells = [.. node.UsedMilli.OrderDescending().Select(m => DeviceCells.Of(m, node.CpuUsedPercent))];
        for (int from = 0; from < cells.Length;)
        {
            int to = from + 1;
            while (to < cells.Length && cells[to] == cells[from])
            {
                to++;
            }

            paths[cells[from]].Append($"M{Markup.N(x)} {Markup.N((slots - to) * Pitch)}v{Markup.N(((to - from) * Pitch) - 1)}");
            from = to;
        }
    }
}
