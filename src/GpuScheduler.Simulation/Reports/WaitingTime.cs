namespace GpuScheduler.Simulation;

/// <summary>How long pods waited, seconds.</summary>
public sealed record WaitingTime
{
    public required double MeanSeconds { get; init => field = Rounded.Seconds(value); }

    public required double P50Seconds { get; init => field = Rounded.Seconds(value); }

    public required double P95Seconds { get; init => field = Rounded.Seconds(value); }

    public required double P99Seconds { get; init => field = Rounded.Seconds(value); }

    /// <summary>Sums up waiting times; the percentiles are of nearest rank.</summary>
    public static WaitingTime Of(IEnumerable<TimeSpan> waits)
    {
        double[] sorted = [.. waits.Select(w => w.TotalSeconds).Order()];
        double Rank(int percent) => sorted.Length == 0 ? 0 : sorted[Math.Max(0, (((sorted.Length * percent) + 99) / 100) - 1)];
        return new WaitingTime
        {
            MeanSeconds = sorted.Length == 0 ? 0 : sorted.Average(),
            P50Seconds = Rank(50),
            P95Seconds = Rank(95),
            P99Seconds = Rank(99),
        };
    }
}
