using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Optimization;

/// <summary>Draws how many pods of each row come: the expected count, spread like a Poisson count.</summary>
internal sealed class DemandSampler(ImmutableArray<DemandRow> rows, ulong seed, double noise)
{
    private ulong _state = seed;

    /// <summary>Counts by row where <paramref name="pods"/> are expected in all.</summary>
    public double[] Next(double pods)
    {
        double[] demand = new double[rows.Length];
        for (int i = 0; i < demand.Length; i++)
        {
            double mean = pods * rows[i].Probability;
            demand[i] = Math.Max(0, mean + (noise * Math.Sqrt(mean) * Gaussian()));
        }

        return demand;
    }

    /// <summary>Box and Muller's transform.</summary>
    private double Gaussian() =>
        Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    private double Uniform()
    {
        _state = TieKeys.Mix(_state);
        return (_state >> 11) * (1.0 / (1UL << 53));
    }
}
