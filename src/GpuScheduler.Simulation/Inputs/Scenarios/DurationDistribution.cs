namespace GpuScheduler.Simulation;

/// <summary>How long pods run.</summary>
/// <param name="Kind">The form.</param>
/// <param name="Center">The value, the mean or the median.</param>
/// <param name="Sigma">Deviation of the logarithm; lognormal only.</param>
/// <param name="Max">None runs longer.</param>
internal sealed record DurationDistribution(DurationKind Kind, TimeSpan Center, double Sigma, TimeSpan Max)
{
    /// <summary>The mean, as if there were no maximum.</summary>
    public TimeSpan Mean => Kind == DurationKind.Lognormal ? Center * PortableMath.Exp(Sigma * Sigma / 2) : Center;

    /// <summary>Draws a duration in whole seconds, at least one.</summary>
    public TimeSpan Draw(SplitMix64 random)
    {
        double factor = Kind switch
        {
            DurationKind.Lognormal => PortableMath.Exp(Sigma * random.Normal()),
            DurationKind.Exponential => random.Exponential(),
            _ => 1,
        };
        double seconds = Math.Min(Center.TotalSeconds * factor, Max.TotalSeconds);
        return TimeSpan.FromSeconds(Math.Max(1, (long)Math.Round(seconds)));
    }
}
