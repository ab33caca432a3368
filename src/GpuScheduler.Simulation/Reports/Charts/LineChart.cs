using System.Text;

namespace GpuScheduler.Simulation;

/// <summary>Lines over a common horizontal axis, each named at its end.</summary>
internal sealed record LineChart
{
    private const double LabelGap = 17, LetterWidth = 7.2;

    /// <summary>What the chart shows, for those who cannot see it.</summary>
    public required string Description { get; init; }

    public required Axis X { get; init; }

    public required Axis Y { get; init; }

    public required IReadOnlyList<LineSeries> Series { get; init; }

    /// <summary>Draws where the lines would be if every pod were placed.</summary>
    public bool ShowsIdeal { get; init; }

    /// <summary>A vertical line with a name.</summary>
    public (double X, string Name)? Mark { get; init; }

    /// <summary>Frames a part that another chart draws large.</summary>
    public (Axis X, Axis Y)? Framed { get; init; }

    /// <summary>Steps between points rather than slopes.</summary>
    public bool IsStepped { get; init; }

    /// <summary>The figures beside the names, line by line, each name at the height of its figure; the lines' last values where none are given.</summary>
    public IReadOnlyList<double>? NamedValues { get; init; }

    /// <summary>How these figures are written.</summary>
    public Func<double, string> NamedText { get; init; } = ReportText.Percent;

    /// <summary>Draws the chart; <paramref name="id"/> is unique in the page.</summary>
    public void Draw(Markup page, ChartFrame frame, string id)
    {
        page.Open("svg", ("viewBox", $"0 0 {frame.Width} {frame.Height}"), ("class", $"chart {frame.Class}"), ("role", "img"), ("aria-label", Description));
        page.Open("clipPath", ("id", id)).Empty(
            "rect", ("x", Markup.N(frame.Left)), ("y", Markup.N(ChartFrame.Top - 2)), ("width", Markup.N(frame.PlotWidth)), ("height", Markup.N(frame.PlotHeight + 4))).Close();
        DrawAxes(page, frame);
        DrawMark(page, frame);
        page.Open("g", ("clip-path", $"url(#{id})"));
        if (ShowsIdeal)
        {
            page.Empty("path", ("class", "ideal"), ("d", Line(frame, [(0, 0), (100, 100), (Math.Max(100, X.Max), 100)])));
        }

        foreach (LineSeries series in Series)
        {
            DrawSeries(page, frame, series);
        }

        page.Close();
        DrawIdealName(page, frame);
        if (!frame.IsSmall)
        {
            DrawNames(page, frame);
            DrawReadings(page, frame);
        }

        DrawFramed(page, frame);
        page.CloseLine();
    }

    private void DrawAxes(Markup page, ChartFrame frame)
    {
        page.Open("g", ("class", "axis"));
        foreach (double tick in Y.Ticks)
        {
            string y = Markup.N(frame.Y(Y, tick));
            page.Empty("path", ("class", tick == 0 ? "base" : "grid"), ("d", $"M{frame.Left} {y}H{Markup.N(frame.PlotRight)}"));
            page.Element("text", Y.Label(tick), ("x", Markup.N(frame.Left - 7)), ("y", y), ("dy", ".35em"), ("text-anchor", "end"));
        }

        // Ticks too near to each other for their labels: every second, third … is labelled.
        double widest = X.Ticks.Select(t => X.Label(t).Length).DefaultIfEmpty(1).Max() * LetterWidth;
        double labelled = X.Step * Math.Ceiling((widest + LabelGap) / (frame.PlotWidth * X.Step / (X.Max - X.Min)));
        foreach (double tick in X.Ticks)
        {
            double x = frame.X(X, tick);
            page.Empty("path", ("class", "tick"), ("d", $"M{Markup.N(x)} {Markup.N(frame.PlotBottom)}v5"));
            if (Math.Abs(Math.IEEERemainder(tick, labelled)) < X.Step / 2)
            {
                page.Element("text", X.Label(tick), ("x", Markup.N(x)), ("y", Markup.N(frame.PlotBottom + 19)), ("text-anchor", "middle"));
            }
        }

        if (!frame.IsSmall)
        {
            page.Element("text", Y.Title, ("class", "title"), ("x", "0"), ("y", "13"));
            page.Element("text", X.Title, ("class", "title"), ("x", Markup.N(frame.Left)), ("y", Markup.N(frame.Height - 5)));
        }

        page.Close();
    }

    private void DrawMark(Markup page, ChartFrame frame)
    {
        if (Mark is not { } mark || mark.X <= X.Min || mark.X > X.Max)
        {
            return;
        }

        string x = Markup.N(frame.X(X, mark.X));
        page.Empty("path", ("class", "mark"), ("d", $"M{x} {ChartFrame.Top}V{Markup.N(frame.PlotBottom)}"));
        if (!frame.IsSmall)
        {
            bool after = X.Max - mark.X > mark.X - X.Min || frame.PlotRight - frame.X(X, mark.X) > mark.Name.Length * LetterWidth;
            page.Element(
                "text", mark.Name, ("class", "note"), ("x", Markup.N(frame.X(X, mark.X) + (after ? 6 : -6))), ("y", Markup.N(frame.PlotBottom - 8)),
                ("text-anchor", after ? "start" : "end"));
        }
    }

    private void DrawSeries(Markup page, ChartFrame frame, LineSeries series)
    {
        page.Open("g", ("class", Palette.Series(series.Colour)));
        if (series.Points.Any(p => p.Y.High > p.Y.Low))
        {
            string upper = Line(frame, [.. series.Points.Select(p => (p.X, p.Y.High))]);
            string lower = Line(frame, [.. series.Points.Reverse().Select(p => (p.X, p.Y.Low))]);
            page.Empty("path", ("class", "band"), ("d", $"{upper}L{lower[1..]}Z"));
        }

        (double X, double Y)[] means = [.. series.Points.Select(p => (p.X, p.Y.Mean))];
        page.Empty("path", ("class", "line"), ("d", Line(frame, means)));
        foreach ((double x, double y) in means.Where(p => means.Length == 1 || (p.X == Mark?.X && !frame.IsSmall)))
        {
            page.Empty("circle", ("class", "dot"), ("cx", Markup.N(frame.X(X, x))), ("cy", Markup.N(frame.Y(Y, y))), ("r", "3.5"));
        }

        page.Close();
    }

    private void DrawIdealName(Markup page, ChartFrame frame)
    {
        // Above the diagonal nothing is ever drawn.
        double start = Math.Max(X.Min, Y.Min), end = Math.Min(Math.Min(Y.Max, 100), X.Max), at = start + (0.8 * (end - start));
        if (ShowsIdeal && !frame.IsSmall && end > start)
        {
            page.Element(
                "text", frame.PlotWidth > 400 ? "ideal: every pod placed" : "ideal", ("class", "note"),
                ("x", Markup.N(frame.X(X, at) - 8)), ("y", Markup.N(frame.Y(Y, at) - 4)), ("text-anchor", "end"));
        }
    }

    private void DrawNames(Markup page, ChartFrame frame)
    {
        (LineSeries Series, double Value)[] named =
            [.. Series.Select((s, i) => (s, i)).Where(s => s.s.Points.Count > 0).Select(s => (s.s, NamedValues?[s.i] ?? s.s.Points[^1].Y.Mean))];
        double[] ends = [.. named.Select(s => Math.Clamp(frame.Y(Y, NamedValues is null ? s.Series.Points[^1].Y.Mean : s.Value), ChartFrame.Top, frame.PlotBottom))];
        double[] places = LabelPlacer.Place(ends, LabelGap, ChartFrame.Top, frame.PlotBottom);
        for (int i = 0; i < named.Length; i++)
        {
            (LineSeries series, double value) = named[i];
            double x = frame.X(X, series.Points[^1].X), text = frame.PlotRight + 16;
            page.Open("g", ("class", Palette.Series(series.Colour)));
            if (NamedValues is null)
            {
                page.Empty("path", ("class", "leader"), ("d", $"M{Markup.N(x)} {Markup.N(ends[i])}H{Markup.N(frame.PlotRight + 2)}L{Markup.N(text - 4)} {Markup.N(places[i])}"));
            }

            page.Open("text", ("class", "name"), ("x", Markup.N(text)), ("y", Markup.N(places[i])), ("dy", ".35em"));
            page.Element("tspan", Palette.Short(series.Name, frame.LabelLength)).Text(" ");
            page.Element("tspan", NamedText(value), ("class", "value")).Close().Close();
        }
    }

    /// <summary>An invisible band over every value, which says all figures there.</summary>
    private void DrawReadings(Markup page, ChartFrame frame)
    {
        double[] xs = [.. Series.SelectMany(s => s.Points).Select(p => p.X).Where(x => x >= X.Min && x <= X.Max).Distinct().Order()];
        ILookup<double, (string Name, Spread Y)> at = Series.SelectMany(s => s.Points.Select(p => (p.X, s.Name, p.Y))).ToLookup(p => p.X, p => (p.Name, p.Y));
        if (IsStepped || xs.Length > 400)
        {
            return;
        }

        page.Open("g", ("class", "readings"));
        for (int i = 0; i < xs.Length; i++)
        {
            double left = frame.X(X, i == 0 ? xs[i] : (xs[i - 1] + xs[i]) / 2), right = frame.X(X, i == xs.Length - 1 ? xs[i] : (xs[i + 1] + xs[i]) / 2);
            StringBuilder reading = new($"{X.Label(xs[i])} arrived");
            foreach ((string name, Spread y) in at[xs[i]].OrderByDescending(p => p.Y.Mean))
            {
                reading.Append('\n').Append(name).Append(' ').Append(ReportText.ExactPercent(y.Mean));
            }

            page.Open("rect", ("x", Markup.N(left)), ("y", Markup.N(ChartFrame.Top)), ("width", Markup.N(Math.Max(right - left, 1))), ("height", Markup.N(frame.PlotHeight)));
            page.Element("title", reading.ToString()).Close();
        }

        page.Close();
    }

    private void DrawFramed(Markup page, ChartFrame frame)
    {
        if (Framed is not { } part)
        {
            return;
        }

        double left = frame.X(X, part.X.Min), top = frame.Y(Y, part.Y.Max);
        page.Empty(
            "rect", ("class", "framed"), ("x", Markup.N(left)), ("y", Markup.N(top)),
            ("width", Markup.N(frame.X(X, part.X.Max) - left)), ("height", Markup.N(frame.Y(Y, part.Y.Min) - top)));
    }

    private string Line(ChartFrame frame, (double X, double Y)[] points)
    {
        StringBuilder path = new();
        for (int i = 0; i < points.Length; i++)
        {
            string x = Markup.N(frame.X(X, points[i].X)), y = Markup.N(frame.Y(Y, points[i].Y));
            path.Append(i == 0 ? $"M{x} {y}" : IsStepped ? $"H{x}V{y}" : $"L{x} {y}");
        }

        return path.ToString();
    }
}
