using System.Collections.Immutable;
using Google.OrTools.LinearSolver;
using GpuScheduler.Cluster;

namespace GpuScheduler.Optimization;

/// <summary>
/// Transport: send expected demand, by the set of models that it can use, to what is free of each model. A model's dual is the part of one more
/// milli of it that could be sold: 1 where it runs short, 0 where others could take its place.
/// </summary>
internal sealed class ModelProgramme(ImmutableArray<DemandRow> rows, ImmutableSortedDictionary<string, long> freeMilli, double efficiency)
{
    private readonly IGrouping<string, int>[] _groups =
        [.. Enumerable.Range(0, rows.Length).Where(i => rows[i].Devices > 0).GroupBy(i => string.Join('|', rows[i].Models), StringComparer.Ordinal)];

    /// <summary>Adds <paramref name="weight"/> times each model's dual under this demand.</summary>
    public void AddShortages(double[] demand, Dictionary<string, double> shortages, double weight)
    {
        using Solver solver = Solver.CreateSolver("GLOP");
        Objective objective = solver.Objective();
        objective.SetMaximization();
        Dictionary<string, Constraint> supply = new(StringComparer.Ordinal);
        foreach ((string model, long free) in freeMilli)
        {
            supply.Add(model, solver.MakeConstraint(double.NegativeInfinity, free * efficiency / Device.FullMilli, ""));
        }

        foreach (IGrouping<string, int> group in _groups)
        {
            double devices = group.Sum(i => demand[i] * rows[i].TotalMilli) / Device.FullMilli;
            Constraint wanted = solver.MakeConstraint(double.NegativeInfinity, devices, "");
            ImmutableArray<string> models = rows[group.First()].Models;
            foreach ((string model, Constraint constraint) in supply)
            {
                if (models.IsEmpty || models.Contains(model, StringComparer.Ordinal))
                {
                    Variable sent = solver.MakeNumVar(0, double.PositiveInfinity, "");
                    wanted.SetCoefficient(sent, 1);
                    constraint.SetCoefficient(sent, 1);
                    objective.SetCoefficient(sent, 1);
                }
            }
        }

        solver.Solve();
        foreach ((string model, Constraint constraint) in supply)
        {
            shortages[model] += weight * constraint.DualValue();
        }
    }
}
