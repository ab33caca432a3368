namespace GpuScheduler.Simulation;

/// <summary>Thins the allocated share over time to what a chart can show.</summary>
internal static class UtilizationCurve
{
    private const int MaxPoints = 300;

    /// <summary>
    /// At most 300 stretches of equal length, each with its time-weighted mean; the stretches as they are where there are no more of them.
    /// </summary>
    /// <param name="usage">The share whenever it changed; 0 before the first.</param>
    /// <param name="end">End of the run.</param>
    public static IReadOnlyList<UtilizationPoint> Of(IReadOnlyList<UsagePoint> usage, TimeSpan end)
    {
        if (usage.Count <= MaxPoints || end <= TimeSpan.Zero)
        {
            return [.. usage.Select(u => new UtilizationPoint { AtSeconds = u.At.TotalSeconds, AllocatedPercent = u.AllocatedPercent })];
        }

        UtilizationPoint[] points = new UtilizationPoint[MaxPoints];
        double step = end.TotalSeconds / MaxPoints;
        int next = 0;
        double level = 0;
        for (int i = 0; i < MaxPoints; i++)
        {
            double at = i * step, to = (i + 1) * step, from = at, sum = 0;
            for (; next < usage.Count && usage[next].At.TotalSeconds < to; next++)
            {
                double change = usage[next].At.TotalSeconds;
                sum += level * (change - from);
                from = change;
                level = usage[next].AllocatedPercent;
            }

            sum += level * (to - from);
            points[i] = new UtilizationPoint { AtSeconds = at, AllocatedPercent = sum / step };
        }

        return points;
    }
}
