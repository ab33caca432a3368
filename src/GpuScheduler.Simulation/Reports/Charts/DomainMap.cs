using System.Text;

namespace GpuScheduler.Simulation;

/// <summary>A rack or another domain: nodes as rows, GPUs as cells, their links, and who holds them.</summary>
internal static class DomainMap
{
    private const int Narrow = 17, Wide = 24, Row = 17, Left = 12, Top = 18, Gap = 2, MaxRows = 24;

    /// <summary>Draws a domain; one with many nodes in several columns.</summary>
    /// <param name="page">The page.</param>
    /// <param name="name">The domain; empty: nodes that are in none.</param>
    /// <param name="nodes">Its nodes.</param>
    /// <param name="colours">Colours of those who hold something.</param>
    /// <param name="isFabric">True where NVLink connects its nodes.</param>
    public static void Draw(Markup page, string name, IReadOnlyList<NodeHolders> nodes, JobColours colours, bool isFabric)
    {
        bool isFirst = true;
        foreach (NodeHolders[] column in nodes.Chunk(MaxRows))
        {
            // A job's name has to fit on a node of few GPUs.
            int cells = column.Max(n => n.Holders.Count), cell = cells <= 4 ? Wide : Narrow;
            int width = Math.Max(Left + (cells * cell) + 2, Left + 60), height = Top + (column.Length * Row) + 2;
            page.Open("svg", ("width", Markup.N(width)), ("height", Markup.N(height)), ("viewBox", $"0 0 {width} {height}"));
            page.Element("text", isFirst ? Palette.Short(name, (width - Left) / 6) : "…", ("class", "domain"), ("x", Markup.N(Left)), ("y", "11"));
            for (int i = 0; i < column.Length; i++)
            {
                DrawNode(page, column[i], Top + (i * Row), cell, colours);
            }

            if (isFabric)
            {
                page.Empty("path", ("class", "fabric"), ("d", $"M5 {Top + 2}V{height - 6}"));
            }

            page.Close();
            isFirst = false;
        }
    }

    private static void DrawNode(Markup page, NodeHolders node, int y, int cell, JobColours colours)
    {
        page.Open("g").Element("title", $"{node.Name}: {string.Join(", ", node.Holders.Select(h => h.Length == 0 ? "free" : h))}");
        for (int from = 0; from < node.Holders.Count;)
        {
            string holder = node.Holders[from];
            int to = from + 1;
            while (to < node.Holders.Count && node.Holders[to] == holder && holder.Length > 0)
            {
                to++;
            }

            string kind = colours.Of(holder);
            int x = Left + (from * cell), width = ((to - from) * cell) - Gap;
            page.Empty(
                "rect", ("class", kind), ("x", Markup.N(x)), ("y", Markup.N(y)), ("width", Markup.N(width)), ("height", Markup.N(Row - 3)), ("rx", "2"));
            if (to - from > 2 && kind.StartsWith("job", StringComparison.Ordinal))
            {
                page.Element("text", Palette.Short(holder, width / 6), ("class", $"held {kind.Split(' ')[1]}"), ("x", Markup.N(x + 3)), ("y", Markup.N(y + 10)));
            }

            from = to;
        }

        DrawLinks(page, node, y + Row - 2, cell);
        page.Close();
    }

    /// <summary>Links as a line below the cells: through all of them, or between two.</summary>
    private static void DrawLinks(Markup page, NodeHolders node, int y, int cell)
    {
        StringBuilder path = new();
        foreach (string pair in node.NvLinks)
        {
            (int a, int b) = pair == NodeHolders.AnyTwo ? (0, node.Holders.Count - 1)
                : pair.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash
                    && int.TryParse(pair.AsSpan(0, dash), out int one) && int.TryParse(pair.AsSpan(dash + 1), out int other) ? (one, other)
                : (0, 0);

            // Of a mesh only links between neighbours are drawn: the others would run over each other.
            if (b - a == 1 || pair == NodeHolders.AnyTwo)
            {
                path.Append($"M{Left + (a * cell) + 5} {y}H{Left + (b * cell) + cell - Gap - 5}");
            }
        }

        if (path.Length > 0)
        {
            page.Empty("path", ("d", path.ToString()));
        }
    }
}
