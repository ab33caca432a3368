using System.Globalization;
using GpuScheduler.Cluster;
using GpuScheduler.Simulation;
using Google.OrTools.LinearSolver;

namespace GpuScheduler.Benchmarks;

/// <summary>
/// A ceiling on what any policy can allocate that never refuses a pod which fits somewhere, for one trace and order of arrival. As long as one
/// device is free, every pod that asks for a whole device or for most of one is taken; so for each load T at which the last free device may go, all such pods that
/// came before T are placed, and of the rest a cutting-stock programme places as much as it can, knowing the future, without CPU, memory, models or nodes. The best T gives the ceiling.
/// </summary>
internal static class NeverRefuseCeiling
{
    /// <summary>Shares of at least this many milli need a device that is free or nearly so.</summary>
    private const int Large = 800;

    private const int Bins = 100, Grain = Device.FullMilli / Bins;

    public static int Run(string[] args, TextWriter output)
    {
        if (args.Length != 3)
        {
            output.WriteLine("usage: ceiling NODES.csv PODS.csv ORDER.txt");
            return 2;
        }

        (Workload? workload, var errors) = WorkloadInputs.Read(
            new WorkloadSource { NodesPath = args[0], PodsPath = args[1], OrderPath = args[2] }, File.OpenRead);
        if (workload is null)
        {
            output.WriteLine(InputErrors.ToText(errors));
            return 2;
        }

        long capacity = workload.Nodes.Sum(n => (long)n.Shape.TotalMilli);
        foreach (int end in (int[])[100, 130])
        {
            (double best, double at) = (0, 0);
            for (double t = 80; t <= end; t += 0.1)
            {
                double placed = Placed(workload, capacity, t, end);
                if (placed < 0)
                {
                    break;
                }

                (best, at) = placed > best ? (placed, t) : (best, at);
            }

            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"at {end}% arrived: at most {100 * best * Device.FullMilli / capacity:F2}% allocated (the last free GPU goes at {at:F1}%)"));
        }

        return 0;
    }

    /// <summary>Devices' worth placed where the last free one goes at load <paramref name="t"/>, percent; negative where it must go earlier.</summary>
    private static double Placed(Workload workload, long capacity, double t, int end)
    {
        SortedDictionary<int, (int Must, int May)> shares = [];
        double whole = 0;
        long arrived = 0;
        foreach (Arrival arrival in workload.Arrivals)
        {
            DeviceRequest request = arrival.Pod.Spec.Devices;
            arrived += (long)request.Count * request.Milli;
            if (arrived > capacity * (double)end / 100)
            {
                break;
            }

            bool before = arrived <= capacity * t / 100;
            if (request.IsExclusive)
            {
                whole += before ? request.Count : 0;
            }
            else if (!request.IsNone && (before || request.Milli < Large))
            {
                (int must, int may) = shares.GetValueOrDefault(request.Milli);
                shares[request.Milli] = before ? (must + 1, may) : (must, may + 1);
            }
        }

        double packed = Pack(shares, (capacity / (double)Device.FullMilli) - whole);
        return packed < 0 ? packed : packed + whole;
    }

    /// <summary>Cutting stock with some demand that must be met and some that may be; negative where what must does not fit.</summary>
    private static double Pack(SortedDictionary<int, (int Must, int May)> shares, double devices)
    {
        const double Penalty = 10;
        int[] sizes = [.. shares.Keys];
        using Solver solver = Solver.CreateSolver("GLOP");
        Objective objective = solver.Objective();
        objective.SetMaximization();
        Constraint room = solver.MakeConstraint(double.NegativeInfinity, devices, "");
        Constraint[] demand = [.. sizes.Select(s => solver.MakeConstraint(shares[s].Must, shares[s].Must + shares[s].May, ""))];
        foreach ((Constraint constraint, int size) in demand.Zip(sizes))
        {
            Variable missing = solver.MakeNumVar(0, shares[size].Must, "");
            constraint.SetCoefficient(missing, 1);
            objective.SetCoefficient(missing, -Penalty);
        }

        double[] best = new double[Bins + 1];
        int[] picks = new int[Bins + 1];
        while (true)
        {
            solver.Solve();
            double[] profit = [.. sizes.Select((s, i) => (s / (double)Device.FullMilli) - demand[i].DualValue())];
            for (int bin = 1; bin <= Bins; bin++)
            {
                (best[bin], picks[bin]) = (best[bin - 1], -1);
                for (int i = 0; i < sizes.Length; i++)
                {
                    int size = (sizes[i] + Grain - 1) / Grain;
                    if (size <= bin && best[bin - size] + profit[i] > best[bin] + 1e-12)
                    {
                        (best[bin], picks[bin]) = (best[bin - size] + profit[i], i);
                    }
                }
            }

            if (best[Bins] <= room.DualValue() + 1e-9)
            {
                double value = objective.Value();
                return value < -1 ? -1 : value;
            }

            Variable column = solver.MakeNumVar(0, double.PositiveInfinity, "");
            room.SetCoefficient(column, 1);
            double worth = 0;
            foreach (IGrouping<int, int> picked in Picked(picks, sizes).GroupBy(i => i))
            {
                demand[picked.Key].SetCoefficient(column, picked.Count());
                worth += picked.Count() * sizes[picked.Key] / (double)Device.FullMilli;
            }

            objective.SetCoefficient(column, worth);
        }
    }

    private static IEnumerable<int> Picked(int[] picks, int[] sizes)
    {
        for (int bin = Bins; bin > 0;)
        {
            int pick = picks[bin];
            if (pick < 0)
            {
                bin--;
                continue;
            }

            yield return pick;
            bin -= (sizes[pick] + Grain - 1) / Grain;
        }
    }
}
