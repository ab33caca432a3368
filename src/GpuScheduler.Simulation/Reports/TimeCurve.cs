namespace GpuScheduler.Simulation;

/// <summary>A figure over time, thinned to what a chart can show.</summary>
internal static class TimeCurve
{
    private const int MaxPoints = 300;

    /// <summary>
    /// At most 300 stretches of equal length, each with its time-weighted mean; the stretches as they are where there are no more of them.
    /// </summary>
    /// <param name="changes">The figure whenever it changed; 0 before the first.</param>
    /// <param name="end">End of the run.</param>
    public static IReadOnlyList<(double AtSeconds, double Value)> Thin(IReadOnlyList<TimePoint> changes, TimeSpan end)
    {
        if (changes.Count <= MaxPoints || end <= TimeSpan.Zero)
        {
            return [.. changes.Select(c => (c.At.TotalSeconds, c.Value))];
        }

        (double, double)[] points = new (double, double)[MaxPoints];
        double step = end.TotalSeconds / MaxPoints;
        int next = 0;
        double level = 0;
        for (int i = 0; i < MaxPoints; i++)
        {
            double at = i * step, to = (i + 1) * step, from = at, sum = 0;
            for (; next < changes.Count && changes[next].At.TotalSeconds < to; next++)
            {
                double change = changes[next].At.TotalSeconds;
                sum += level * (change - from);
                from = change;
                level = changes[next].Value;
            }

            sum += level * (to - from);
            points[i] = (at, sum / step);
        }

        return points;
    }

    /// <summary>Time-weighted mean from the start to <paramref name="end"/>.</summary>
    public static double Mean(IReadOnlyList<TimePoint> changes, TimeSpan end)
    {
        double sum = 0;
        for (int i = 0; i < changes.Count && changes[i].At < end; i++)
        {
            TimeSpan until = i + 1 < changes.Count && changes[i + 1].At < end ? changes[i + 1].At : end;
            sum += changes[i].Value * (until - changes[i].At).TotalSeconds;
        }

        return end > TimeSpan.Zero ? sum / end.TotalSeconds : changes.Count > 0 ? changes[^1].Value : 0;
    }
}
