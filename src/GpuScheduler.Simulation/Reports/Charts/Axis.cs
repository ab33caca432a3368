namespace GpuScheduler.Simulation;

/// <summary>An axis with round tick values.</summary>
internal sealed record Axis(string Title, double Min, double Max, double Step, Func<double, string> Label)
{
    private const double Minute = 60, Hour = 3600, Day = 86400;

    private static readonly double[] TimeSteps =
    [
        1, 2, 5, 10, 15, 30, Minute, 2 * Minute, 5 * Minute, 10 * Minute, 15 * Minute, 30 * Minute,
        Hour, 2 * Hour, 3 * Hour, 6 * Hour, 12 * Hour, Day, 2 * Day, 5 * Day, 10 * Day, 20 * Day, 50 * Day, 100 * Day, 200 * Day, 500 * Day,
    ];

    /// <summary>The tick values within the axis.</summary>
    public IEnumerable<double> Ticks
    {
        get
        {
            // Counted rather than added up, so that no rounding error grows.
            for (double n = Math.Ceiling((Min / Step) - 1e-9); n * Step <= Max + (Step * 1e-9); n++)
            {
                yield return (n * Step) + 0.0;
            }
        }
    }

    /// <summary>An axis of percents; <paramref name="ticks"/> is about how many ticks there is room for.</summary>
    public static Axis Percent(string title, double min, double max, int ticks)
    {
        max = max > min ? max : min + 1;
        return new Axis(title, min, max, RoundStep((max - min) / ticks), v => ReportText.Number(v, "0.##") + "%");
    }

    /// <summary>An axis of percents that begins and ends at ticks around the values.</summary>
    public static Axis PercentAround(string title, double min, double max, int ticks)
    {
        double step = RoundStep(Math.Max(max - min, 0.1) / ticks);
        return Percent(title, Math.Floor(min / step) * step, Math.Ceiling(max / step) * step, ticks) with { Step = step };
    }

    /// <summary>An axis of counts from 0.</summary>
    public static Axis Counts(string title, double max, int ticks)
    {
        double step = Math.Max(1, RoundStep(Math.Max(1, max) / ticks));
        return new Axis(title, 0, Math.Max(step, Math.Ceiling(max / step) * step), step, ReportText.Count);
    }

    /// <summary>An axis of time from 0, seconds.</summary>
    public static Axis Time(string title, double max, int ticks)
    {
        max = max > 0 ? max : 1;
        double step = TimeSteps.FirstOrDefault(s => s >= max / ticks, RoundStep(max / ticks));
        return new Axis(title, 0, max, step, ReportText.Duration);
    }

    /// <summary>The least of 1, 2, 5, 10, 20, 50 … that is no less than a value.</summary>
    private static double RoundStep(double least)
    {
        double magnitude = Math.Pow(10, Math.Floor(Math.Log10(least)));
        double digit = least / magnitude;
        return magnitude * (digit <= 1 + 1e-9 ? 1 : digit <= 2 + 1e-9 ? 2 : digit <= 5 + 1e-9 ? 5 : 10);
    }
}
