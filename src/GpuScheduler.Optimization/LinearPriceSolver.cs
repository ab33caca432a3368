using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Plugins;

namespace GpuScheduler.Optimization;

/// <summary>
/// Prices from linear programmes, averaged over sampled demands so that they are smooth enough to rank with: a cutting-stock programme for
/// what gaps are worth (<see cref="GapProgramme"/>), and a transport programme for which models run short (<see cref="ModelProgramme"/>).
/// </summary>
/// <param name="options">Weights of the parts.</param>
public sealed class LinearPriceSolver(PriceOptions options) : IPriceSolver
{
    /// <summary>Milli-cores per GPU milli beyond which more CPU need makes no difference: 2,000 cores a device.</summary>
    private const double MostCpuPerMilli = 2_000;

    /// <summary>A whole device worth no more than this is worth nothing: rounding errors must not become prices.</summary>
    private const double Worthless = 1e-6;

    /// <inheritdoc/>
    /// <remarks>Where no typical pod asks for a device, nothing is known of the demand: <see cref="GpuPrices.Uninformed"/>.</remarks>
    public GpuPrices Solve(PriceProblem problem)
    {
        ImmutableArray<DemandRow> rows = DemandRow.Of(problem);
        double freeMilli = problem.FreeMilliByModel.Values.Sum();
        double milliPerPod = rows.Sum(r => r.Probability * r.TotalMilli);
        if (!(milliPerPod > 0))
        {
            return GpuPrices.Uninformed;
        }

        double capacity = problem.Gaps.Sum() * (double)Device.FullMilli;

        // The demand that would just fill what is free; never so little that chance is all there is.
        double pods = Math.Max(freeMilli * options.DemandPerFreeMilli, capacity * options.LeastDemand) / milliPerPod;
        GapProgramme gaps = new(rows, problem.Gaps);
        ModelProgramme models = new(rows, problem.FreeMilliByModel, options.PackingEfficiency);
        DemandSampler sampler = new(rows, options.Seed, options.NoiseFactor);
        double[] gapValue = new double[Device.FullMilli + 1];
        Dictionary<string, double> shortage = problem.FreeMilliByModel.Keys.ToDictionary(m => m, _ => 0.0, StringComparer.Ordinal);
        for (int sample = 0; sample < options.Samples; sample++)
        {
            double place = (2 * (sample + 0.5) / options.Samples) - 1;
            double[] demand = sampler.Next(pods * (1 + (options.DemandSpread * place)));
            gaps.AddGapValues(demand, gapValue, 1.0 / options.Samples);
            models.AddShortages(demand, shortage, 1.0 / options.Samples);
        }

        // Worths are relative to a whole device, so that gaps, CPU and slots weigh the same however scarce devices are.
        double whole = gapValue[Device.FullMilli];
        for (int milli = 0; milli < gapValue.Length && whole > Worthless; milli++)
        {
            gapValue[milli] *= Device.FullMilli / whole;
        }

        return new GpuPrices([.. gapValue], WholeValues(rows, milliPerPod, pods * milliPerPod, problem), StrandedShares(rows), Surcharges(rows, pods, problem, shortage));
    }

    /// <summary>
    /// Pods that need k devices side by side are served floor(f / k) times by f of them. Each such slot counts a little, and more the likelier it is that more
    /// of these pods come than there are slots (Littlewood's rule). Where pods leave again, devices short of a slot are not lost to it: those beside them come
    /// back. Their worth then grows with every one of them, so that pods go where least is whole.
    /// </summary>
    private ImmutableArray<double> WholeValues(ImmutableArray<DemandRow> rows, double milliPerPod, double expectedMilli, PriceProblem problem)
    {
        SortedDictionary<int, double> weights = [];
        foreach ((int devices, double weight) in options.MultiDeviceWeights)
        {
            weights[devices] = weight;
        }

        foreach (DemandRow row in rows.Where(r => r.Devices > 1))
        {
            weights[row.Devices] = weights.GetValueOrDefault(row.Devices)
                + (options.KnownMultiDeviceWeight * row.Probability * row.TotalMilli / milliPerPod);
        }

        foreach ((int devices, double share) in problem.MultiDeviceShares)
        {
            int slots = problem.NodesByWholeDevices.Select((nodes, whole) => nodes * (whole / devices)).Sum();
            double expected = expectedMilli * share / (devices * Device.FullMilli);
            weights[devices] = weights.GetValueOrDefault(devices) + (options.ScarceSlotWeight * PoissonTail(expected, slots));
        }

        double[] values = new double[Device.MaxPerNode + 1];
        for (int whole = 0; whole < values.Length; whole++)
        {
            values[whole] = weights.Sum(w => w.Value * Device.FullMilli * w.Key * (whole / w.Key)) + (options.TurnoverWeight * problem.Turnover * whole * whole);
        }

        return [.. values];
    }

    /// <summary>How likely more than <paramref name="count"/> of them come where <paramref name="mean"/> are expected.</summary>
    private static double PoissonTail(double mean, int count)
    {
        double term = Math.Exp(-mean), below = term;
        for (int i = 1; i <= count && term > 0; i++)
        {
            term *= mean / i;
            below += term;
        }

        // Far out the terms vanish; more slots than that are enough, fewer never are.
        return term == 0 ? (mean > count ? 1 : 0) : Math.Clamp(1 - below, 0, 1);
    }

    /// <summary>A pod that needs c milli-cores per GPU milli leaves 1 - x / c of the compute unserved where only x are there.</summary>
    private ImmutableArray<double> StrandedShares(ImmutableArray<DemandRow> rows)
    {
        DemandRow[] asking = [.. rows.Where(r => r.Devices > 0)];
        double all = asking.Sum(r => r.Probability * r.TotalMilli);
        double most = Math.Min(asking.Max(r => CpuPerMilli(r)), MostCpuPerMilli);
        double[] shares = new double[(int)(most / GpuPrices.CpuStep) + 2];
        for (int step = 0; step < shares.Length; step++)
        {
            foreach (DemandRow row in asking)
            {
                double needed = Math.Max(0.01, options.CpuNeedFactor * CpuPerMilli(row));
                shares[step] += options.StrandedWeight * row.Probability * row.TotalMilli / all
                    * Math.Max(0, 1 - (step * GpuPrices.CpuStep / needed));
            }

            // No more is stranded than there is, though parts that add up to one may exceed it by a rounding.
            shares[step] = Math.Min(shares[step], options.StrandedWeight);
        }

        return [.. shares];
    }

    private static double CpuPerMilli(DemandRow row) => row.CpuMilli / (double)row.TotalMilli;

    /// <summary>
    /// A model is dear in so far as it runs short (its dual), and in so far as pods that can use few models are expected to want what is left of it.
    /// </summary>
    private Dictionary<string, double> Surcharges(
        ImmutableArray<DemandRow> rows, double pods, PriceProblem problem, Dictionary<string, double> shortage)
    {
        Dictionary<string, double> pressure = problem.FreeMilliByModel.Keys.ToDictionary(m => m, _ => 0.0, StringComparer.Ordinal);
        foreach (DemandRow row in rows)
        {
            if (row.Models.IsEmpty)
            {
                continue;
            }

            // One milli more each, so that a model without any left still takes its part.
            double usable = row.Models.Sum(m => problem.FreeMilliByModel.TryGetValue(m, out long free) ? free + 1 : 0);
            foreach (string model in row.Models.Where(pressure.ContainsKey))
            {
                pressure[model] += pods * row.Probability * row.TotalMilli / usable;
            }
        }

        return pressure.ToDictionary(
            p => p.Key,
            p => (options.ShortageWeight * shortage[p.Key])
                + (options.PressureWeight * Math.Pow(Math.Min(p.Value, options.MostPressure), options.PressurePower)),
            StringComparer.Ordinal);
    }
}
