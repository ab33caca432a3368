namespace GpuScheduler.Simulation;

/// <summary>A figure over several seeds.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="Low">Least.</param>
/// <param name="High">Most.</param>
internal readonly record struct Spread(double Mean, double Low, double High)
{
    /// <summary>The spread of some figures; null where there are none.</summary>
    public static Spread? Of(IEnumerable<double> values)
    {
        double[] all = [.. values];
        return all.Length == 0 ? null : new Spread(all.Average(), all.Min(), all.Max());
    }
}
