namespace GpuScheduler.Simulation;

/// <summary>What a policy achieved, over all its seeds.</summary>
internal sealed class PolicyOutcome
{
    private PolicyOutcome(PolicySummary policy, int index, IReadOnlyList<SimulationRun> runs)
    {
        Policy = policy;
        Index = index;
        Runs = runs;
        Reached = runs.Min(r => r.Curve.Count == 0 ? 0 : r.Curve[^1].ArrivedPercent);
    }

    public PolicySummary Policy { get; }

    /// <summary>Position among the policies; settles the colour.</summary>
    public int Index { get; }

    /// <summary>Its runs, at least one.</summary>
    public IReadOnlyList<SimulationRun> Runs { get; }

    /// <summary>The last whole percent of load that all its runs reached.</summary>
    public int Reached { get; }

    /// <summary>The policies that have runs, in the order of the report.</summary>
    public static IReadOnlyList<PolicyOutcome> Of(SimulationReport report)
    {
        ILookup<string, SimulationRun> runs = report.Runs.ToLookup(r => r.Policy, StringComparer.Ordinal);
        IEnumerable<PolicySummary> named = report.Policies.Concat(runs.Select(r => new PolicySummary { Name = r.Key, Description = "" }));
        return [.. named.DistinctBy(p => p.Name).Where(p => runs.Contains(p.Name)).Select((p, i) => new PolicyOutcome(p, i, [.. runs[p.Name]]))];
    }

    /// <summary>A figure of the runs.</summary>
    public Spread Over(Func<SimulationRun, double> figure) => Spread.Of(Runs.Select(figure))!.Value;

    /// <summary>A figure that only some runs may have.</summary>
    public Spread? Over(Func<SimulationRun, double?> figure) => Spread.Of(Runs.Select(figure).OfType<double>());

    /// <summary>Allocation at a whole percent of load; null where a run did not get there.</summary>
    public Spread? AllocatedAt(int percent) => At(percent, p => p.AllocatedPercent);

    /// <summary>Fragmentation at a whole percent of load; null where a run did not get there or it was not measured.</summary>
    public Spread? FragmentedAt(int percent) => At(percent, p => p.FragmentedPercent);

    /// <summary>Failed pods by a key, mean over the runs.</summary>
    public IReadOnlyDictionary<TKey, double> FailuresBy<TKey>(Func<FailureCount, TKey> key)
        where TKey : notnull =>
        Runs.SelectMany(r => r.Failures).GroupBy(key).ToDictionary(g => g.Key, g => (double)g.Sum(f => f.Pods) / Runs.Count);

    private Spread? At(int percent, Func<CurvePoint, double?> figure)
    {
        double[] values = [.. Runs.Select(r => Find(r.Curve, percent)).OfType<CurvePoint>().Select(figure).OfType<double>()];
        return values.Length == Runs.Count ? Spread.Of(values) : null;
    }

    private static CurvePoint? Find(IReadOnlyList<CurvePoint> curve, int percent)
    {
        // A curve usually has a point for every whole percent from 0.
        if (percent < curve.Count && curve[percent].ArrivedPercent == percent)
        {
            return curve[percent];
        }

        return curve.FirstOrDefault(p => p.ArrivedPercent == percent);
    }
}
