using System.Collections.Immutable;
using CsCheck;
using GpuScheduler.Cluster;

namespace GpuScheduler.Optimization.Tests;

public sealed class GapProgrammeTests
{
    [Test]
    public void Gaps_round_down_and_shares_round_up_to_ten_milli()
    {
        double[] values = Values([Row(495)], [100], (1000, 10));
        Assert.That((values[495], values[499], values[500]), Is.EqualTo((0.0, 0.0, 495.0)));
    }

    [Test]
    public void Shares_that_find_room_anyway_make_no_gap_worth_more()
    {
        // 700s abound and the few 300s go beside them: one more rest of 300 would stay empty, one more device would take a 700.
        double[] values = Values([Row(700), Row(300)], [100, 2], (1000, 10));
        Assert.That((values[300], values[700], values[1000]), Is.EqualTo((0.0, 700.0, 700.0)).Using<(double, double, double)>(Near));
    }

    [Test]
    public void Where_all_shares_abound_a_device_is_worth_the_fullest_filling()
    {
        double[] values = Values([Row(700), Row(300)], [100, 100], (1000, 10));
        Assert.That((values[300], values[700], values[1000]), Is.EqualTo((300.0, 700.0, 1000.0)).Using<(double, double, double)>(Near));
    }

    [Test]
    public void A_share_that_would_take_the_place_of_nothing_better_keeps_its_full_worth_in_small_gaps()
    {
        // Two gaps of 400 and plenty of 400s; a 1000 does not fit there at all.
        double[] values = Values([Row(400), Row(1000)], [50, 50], (400, 2), (1000, 5));
        Assert.That(values[400], Is.EqualTo(400).Within(1e-6));
        Assert.That(values[1000], Is.EqualTo(1000).Within(1e-6));
        Assert.That(values[800], Is.EqualTo(800).Within(1e-6));
    }

    [Test]
    public void Pods_of_several_devices_price_each_device_alike()
    {
        double[] values = Values([Row(1000, devices: 4)], [10], (1000, 8));
        Assert.That(values[1000], Is.EqualTo(1000).Within(1e-6));
        Assert.That(values[990], Is.Zero);
    }

    [Test]
    public void A_later_demand_starts_from_the_columns_of_earlier_ones_and_gets_the_same_answer()
    {
        ImmutableArray<DemandRow> rows = [Row(330), Row(470), Row(810), Row(1000)];
        ImmutableArray<int> gaps = Gaps((1000, 20), (530, 4), (190, 6));
        double[] demand = [30, 10, 10, 5];
        GapProgramme used = new(rows, gaps);
        used.AddGapValues([5, 20, 3, 12], new double[1001], 1);
        double[] again = new double[1001], fresh = new double[1001];
        used.AddGapValues(demand, again, 1);
        new GapProgramme(rows, gaps).AddGapValues(demand, fresh, 1);

        // Duals need not be unique; the optimum they prove is.
        Assert.That(DualBound(rows, gaps, demand, again), Is.EqualTo(DualBound(rows, gaps, demand, fresh)).Within(0.5));
    }

    [Test]
    public void What_all_gaps_are_worth_is_no_less_than_any_whole_numbered_packing_sells()
    {
        Gen.Select(Gen.Int[10, 100].Array[1, 3], Gen.Int[0, 3].Array[3], Gen.Int[10, 100].Array[1, 3]).Sample(
            (sizes, counts, free) =>
            {
                ImmutableArray<DemandRow> rows = [.. sizes.Select(s => Row(s * 10))];
                double[] demand = [.. sizes.Select((_, i) => (double)counts[i])];
                ImmutableArray<int> gaps = Gaps([.. free.GroupBy(f => f * 10).Select(g => (g.Key, g.Count()))]);
                double[] values = new double[1001];
                new GapProgramme(rows, gaps).AddGapValues(demand, values, 1);
                int best = BestPacking([.. sizes.Select(s => s * 10)], [.. counts.Take(sizes.Length)], [.. free.Select(f => f * 10)]);
                Assert.That(DualBound(rows, gaps, demand, values), Is.GreaterThanOrEqualTo(best - 0.01));
            },
            iter: 200, threads: 1);
    }

    /// <summary>
    /// The programme's dual objective for these gap values: gaps at their worth, and demand at the least price that keeps every share no dearer than its gap.
    /// </summary>
    private static double DualBound(ImmutableArray<DemandRow> rows, ImmutableArray<int> gaps, double[] demand, double[] values)
    {
        double total = 0;
        for (int milli = 0; milli <= Device.FullMilli; milli++)
        {
            total += gaps[milli] * values[milli];
        }

        for (int i = 0; i < rows.Length; i++)
        {
            // The value function is the closure of the profits under packing: a share's profit is at most the worth of a gap of its size.
            int size = (rows[i].Milli + 9) / 10 * 10;
            total += demand[i] * Math.Max(0, rows[i].TotalMilli - (rows[i].Devices * values[size]));
        }

        return total;
    }

    /// <summary>The most compute that goes into the gaps, by trying everything.</summary>
    private static int BestPacking(int[] sizes, int[] counts, int[] free)
    {
        int best = 0;
        for (int i = 0; i < sizes.Length; i++)
        {
            if (counts[i] == 0)
            {
                continue;
            }

            counts[i]--;
            best = Math.Max(best, BestPacking(sizes, counts, free));
            foreach (int gap in Enumerable.Range(0, free.Length).Where(g => free[g] >= sizes[i]))
            {
                free[gap] -= sizes[i];
                best = Math.Max(best, sizes[i] + BestPacking(sizes, counts, free));
                free[gap] += sizes[i];
            }

            counts[i]++;
            break;
        }

        return best;
    }

    private static DemandRow Row(int milli, int devices = 1) => new(1, 1000, devices, milli, []);

    private static bool Near((double, double, double) a, (double, double, double) b) =>
        Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) + Math.Abs(a.Item3 - b.Item3) < 1e-6;

    private static double[] Values(ImmutableArray<DemandRow> rows, double[] demand, params (int Milli, int Count)[] gaps)
    {
        double[] values = new double[1001];
        new GapProgramme(rows, Gaps(gaps)).AddGapValues(demand, values, 1);
        return values;
    }

    private static ImmutableArray<int> Gaps(params (int Milli, int Count)[] gaps)
    {
        int[] all = new int[1001];
        foreach ((int milli, int count) in gaps)
        {
            all[milli] = count;
        }

        return [.. all];
    }
}
