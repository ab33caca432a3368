using System.Collections.Immutable;
using Google.OrTools.LinearSolver;
using GpuScheduler.Cluster;

namespace GpuScheduler.Optimization;

/// <summary>
/// Cutting stock: fill the gaps that devices have with expected shares and whole pods so that as much compute as possible is sold. Columns are ways to fill
/// a gap, generated as the duals ask for them (Gilmore and Gomory, 1961); the duals price every share, and a knapsack over those prices
/// gives the value of every gap. CPU and models are left out: <see cref="LinearPriceSolver"/> prices them apart.
/// </summary>
internal sealed class GapProgramme
{
    /// <summary>Gaps and shares are rounded to this many milli: gaps down, shares up.</summary>
    private const int Grain = 10;

    private const int Bins = Device.FullMilli / Grain;

    /// <summary>Rounds of column generation; the last columns hardly move the duals.</summary>
    private const int MaxRounds = 50;

    private const double Improvement = 1e-3;

    private readonly ImmutableArray<DemandRow> _rows;
    private readonly int[] _gaps = new int[Bins + 1];
    private readonly int[] _shares;
    private readonly int[] _asking;

    /// <summary>Columns found so far; later demands start from them.</summary>
    private readonly List<Filling> _fillings = [];

    public GapProgramme(ImmutableArray<DemandRow> rows, ImmutableArray<int> gaps)
    {
        _rows = rows;
        for (int milli = Grain; milli < gaps.Length; milli++)
        {
            _gaps[milli / Grain] += gaps[milli];
        }

        _shares = [.. Enumerable.Range(0, rows.Length).Where(i => rows[i].Devices > 0 && rows[i].Milli < Device.FullMilli)];
        _asking = [.. Enumerable.Range(0, rows.Length).Where(i => rows[i].Devices > 0)];
    }

    /// <summary>Adds <paramref name="weight"/> times the value of each gap, by milli, under this demand.</summary>
    public void AddGapValues(double[] demand, double[] values, double weight)
    {
        using Solver solver = Solver.CreateSolver("GLOP");
        Objective objective = solver.Objective();
        objective.SetMaximization();
        Constraint?[] sold = new Constraint?[_rows.Length];
        foreach (int i in _asking)
        {
            sold[i] = solver.MakeConstraint(double.NegativeInfinity, demand[i], "");
        }

        Constraint?[] used = new Constraint?[Bins + 1];
        for (int bin = 1; bin <= Bins; bin++)
        {
            used[bin] = _gaps[bin] > 0 ? solver.MakeConstraint(double.NegativeInfinity, _gaps[bin], "") : null;
        }

        if (used[Bins] is { } whole)
        {
            foreach (int i in _asking.Except(_shares))
            {
                Variable served = solver.MakeNumVar(0, double.PositiveInfinity, "");
                sold[i]!.SetCoefficient(served, 1);
                whole.SetCoefficient(served, _rows[i].Devices);
                objective.SetCoefficient(served, _rows[i].TotalMilli);
            }
        }

        foreach (Filling filling in _fillings)
        {
            AddColumn(solver, objective, sold, used, filling);
        }

        double[] profit = new double[_rows.Length];
        double[] best = new double[Bins + 1];
        int[] picks = new int[Bins + 1];
        double[] gapDuals = new double[Bins + 1];
        for (int round = 0; round < MaxRounds; round++)
        {
            solver.Solve();
            foreach (int i in _asking)
            {
                profit[i] = _rows[i].TotalMilli - sold[i]!.DualValue();
            }

            for (int bin = 1; bin <= Bins; bin++)
            {
                gapDuals[bin] = used[bin]?.DualValue() ?? double.PositiveInfinity;
            }

            FillBest(_shares, profit, best, picks);
            int known = _fillings.Count;
            for (int bin = 1; bin <= Bins; bin++)
            {
                if (best[bin] > gapDuals[bin] + Improvement)
                {
                    Filling filling = Read(picks, bin);
                    if (!_fillings.Contains(filling))
                    {
                        _fillings.Add(filling);
                    }
                }
            }

            if (_fillings.Count == known)
            {
                break;
            }

            for (int i = known; i < _fillings.Count; i++)
            {
                AddColumn(solver, objective, sold, used, _fillings[i]);
            }
        }

        FillBest(_asking, profit, best, picks);
        for (int milli = 0; milli < values.Length; milli++)
        {
            values[milli] += weight * best[milli / Grain];
        }
    }

    private void AddColumn(Solver solver, Objective objective, Constraint?[] sold, Constraint?[] used, Filling filling)
    {
        if (used[filling.Bin] is not { } gap)
        {
            return;
        }

        Variable column = solver.MakeNumVar(0, double.PositiveInfinity, "");
        gap.SetCoefficient(column, 1);
        double milli = 0;
        foreach ((int row, int count) in filling.Counts)
        {
            sold[row]!.SetCoefficient(column, count / (double)_rows[row].Devices);
            milli += (double)count * _rows[row].Milli;
        }

        objective.SetCoefficient(column, milli);
    }

    /// <summary>Unbounded knapsack: the most profit in each gap.</summary>
    private void FillBest(int[] items, double[] profit, double[] best, int[] picks)
    {
        best[0] = 0;
        for (int bin = 1; bin <= Bins; bin++)
        {
            best[bin] = best[bin - 1];
            picks[bin] = -1;
            foreach (int i in items)
            {
                int size = SizeOf(i);
                if (size <= bin && best[bin - size] + (profit[i] / _rows[i].Devices) > best[bin] + 1e-9)
                {
                    best[bin] = best[bin - size] + (profit[i] / _rows[i].Devices);
                    picks[bin] = i;
                }
            }
        }
    }

    private Filling Read(int[] picks, int bin)
    {
        SortedDictionary<int, int> counts = [];
        for (int left = bin; left > 0;)
        {
            int pick = picks[left];
            if (pick < 0)
            {
                left--;
                continue;
            }

            counts[pick] = counts.GetValueOrDefault(pick) + 1;
            left -= SizeOf(pick);
        }

        return new Filling(bin, [.. counts.Select(c => (c.Key, c.Value))]);
    }

    private int SizeOf(int row) => (_rows[row].Milli + Grain - 1) / Grain;

    /// <summary>A way to fill a gap: how many devices' shares of which rows.</summary>
    private sealed record Filling(int Bin, ImmutableArray<(int Row, int Count)> Counts)
    {
        public bool Equals(Filling? other) => other is not null && Bin == other.Bin && Counts.AsSpan().SequenceEqual(other.Counts.AsSpan());

        public override int GetHashCode()
        {
            HashCode hash = default;
            hash.Add(Bin);
            foreach ((int row, int count) in Counts)
            {
                hash.Add(row);
                hash.Add(count);
            }

            return hash.ToHashCode();
        }
    }
}
