namespace GpuScheduler.Simulation;

/// <summary>A bar per policy, made of parts.</summary>
internal sealed record StackedBars(string Description, IReadOnlyList<(PolicyOutcome Policy, IReadOnlyList<(string Name, int Colour, double Value)> Parts)> Bars)
{
    private const double LetterWidth = 7;

    public void Draw(Markup page, bool wide)
    {
        // On a narrow page the name stands above its bar.
        int width = wide ? 1060 : 372, left = wide ? 150 : 0, right = 62, bar = wide ? 26 : 22, pitch = wide ? 40 : 56, offset = wide ? 0 : 20;
        double most = Math.Max(1, Bars.Select(b => b.Parts.Sum(p => p.Value)).DefaultIfEmpty().Max());
        double scale = (width - left - right) / most;
        page.Open(
            "svg", ("viewBox", $"0 0 {width} {(Bars.Count * pitch) + 4}"), ("class", $"chart {(wide ? "wide" : "narrow")}"), ("role", "img"), ("aria-label", Description));
        for (int i = 0; i < Bars.Count; i++)
        {
            (PolicyOutcome policy, var parts) = Bars[i];
            double y = (i * pitch) + 4, x = left, middle = y + offset + (bar / 2.0);
            page.Open("g", ("class", Palette.Series(policy.Index)));
            page.Element(
                "text", Palette.Short(policy.Policy.Name, wide ? 20 : 40), ("class", "name"), ("x", Markup.N(wide ? left - 10 : 0)),
                ("y", Markup.N(wide ? middle : y + 9)), ("dy", ".35em"), ("text-anchor", wide ? "end" : "start")).Close();
            foreach ((string name, int colour, double value) in parts)
            {
                double length = value * scale;
                string count = ReportText.Count(value);
                page.Open("g", ("class", $"r{colour} part")).Element("title", $"{policy.Policy.Name}: {count} — {name}");
                page.Empty("rect", ("x", Markup.N(x)), ("y", Markup.N(y + offset)), ("width", Markup.N(Math.Max(length - 1, 0.4))), ("height", Markup.N(bar)));
                if (length > (count.Length * LetterWidth) + 10)
                {
                    page.Element("text", count, ("x", Markup.N(x + (length / 2))), ("y", Markup.N(middle)), ("dy", ".35em"), ("text-anchor", "middle"));
                }

                page.Close();
                x += length;
            }

            page.Element("text", ReportText.Count(parts.Sum(p => p.Value)), ("class", "total"), ("x", Markup.N(x + 8)), ("y", Markup.N(middle)), ("dy", ".35em"));
        }

        page.CloseLine();
    }
}
