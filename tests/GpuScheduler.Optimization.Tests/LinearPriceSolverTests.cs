using System.Collections.Immutable;
using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Plugins;

namespace GpuScheduler.Optimization.Tests;

public sealed class LinearPriceSolverTests
{
    private static readonly LinearPriceSolver Solver = new(new PriceOptions());

    /// <summary>Demand as expected, without chance: what is worked out by hand comes out.</summary>
    private static readonly LinearPriceSolver Exact = new(new PriceOptions { Samples = 1, NoiseFactor = 0, DemandSpread = 0, DemandPerFreeMilli = 2 });

    [Test]
    public void Halves_in_short_supply_of_devices_are_worth_their_compute_and_less_is_worth_nothing()
    {
        GpuPrices prices = Exact.Solve(Problems.Free([Problems.Pod(Problems.Share(500), 1)], ("T4", 10)));
        Assert.Multiple(() =>
        {
            Assert.That(prices.GapValue(499), Is.Zero);
            Assert.That(prices.GapValue(500), Is.EqualTo(500).Within(1e-6));
            Assert.That(prices.GapValue(999), Is.EqualTo(500).Within(1e-6));
            Assert.That(prices.GapValue(1000), Is.EqualTo(1000).Within(1e-6));
        });
    }

    [Test]
    public void Demand_for_810s_alone_leaves_a_rest_of_190_worthless()
    {
        GpuPrices prices = Exact.Solve(Problems.Free([Problems.Pod(Problems.Share(810), 1)], ("T4", 10)));
        Assert.Multiple(() =>
        {
            Assert.That(prices.GapValue(190), Is.Zero);
            Assert.That(prices.GapValue(809), Is.Zero);
            Assert.That(prices.GapValue(810), Is.EqualTo(1000).Within(1e-6), "as much as a whole device");
            Assert.That(prices.GapValue(1000), Is.EqualTo(1000).Within(1e-6));
        });
    }

    [Test]
    public void A_device_is_worth_nothing_where_the_demand_is_met_without_it()
    {
        LinearPriceSolver little = new(new PriceOptions { Samples = 1, NoiseFactor = 0, DemandSpread = 0, DemandPerFreeMilli = 0.5, LeastDemand = 0 });
        GpuPrices prices = little.Solve(Problems.Free([Problems.Pod(Problems.Share(500), 1)], ("T4", 10)));
        Assert.That(Problems.GapValues(prices), Is.All.EqualTo(0).Within(1e-6));
    }

    [Test]
    public void Whole_devices_alone_make_only_a_whole_gap_worth_something()
    {
        GpuPrices prices = Exact.Solve(Problems.Free([Problems.Pod(Problems.Share(1000), 1)], ("T4", 10)));
        Assert.That((prices.GapValue(999), prices.GapValue(1000)), Is.EqualTo((0.0, 1000.0)));
    }

    [Test]
    public void Pods_of_four_devices_make_four_free_ones_side_by_side_worth_more_than_three()
    {
        PriceOptions options = new() { MultiDeviceWeights = [], KnownMultiDeviceWeight = 1 };
        GpuPrices prices = new LinearPriceSolver(options).Solve(Problems.Free([Problems.Pod(Problems.Share(1000, 4), 1)], ("T4", 16)));
        Assert.That(
            Problems.WholeValues(prices),
            Is.EqualTo(Enumerable.Range(0, 17).Select(f => 4000.0 * (f / 4))).Within(1e-9));
    }

    [Test]
    public void Slots_for_several_devices_cost_more_where_they_run_short()
    {
        PriceProblem problem = Problems.Free([Problems.Pod(Problems.Share(500), 1)], ("T4", 16)) with
        {
            MultiDeviceShares = ImmutableSortedDictionary<int, double>.Empty.Add(4, 0.5),
        };
        int[] few = new int[Device.MaxPerNode + 1], many = new int[Device.MaxPerNode + 1];
        (few[4], many[4]) = (1, 1000);
        double scarce = Solver.Solve(problem with { NodesByWholeDevices = [.. few] }).WholeValue(4);
        double plenty = Solver.Solve(problem with { NodesByWholeDevices = [.. many] }).WholeValue(4);
        Assert.That(scarce, Is.GreaterThan(plenty));
        Assert.That(plenty, Is.EqualTo(Solver.Solve(Problems.Free([Problems.Pod(Problems.Share(500), 1)], ("T4", 16))).WholeValue(4)).Within(1e-9));
    }

    [Test]
    public void Where_pods_leave_again_each_whole_device_side_by_side_is_worth_more_than_the_one_before()
    {
        PriceProblem staying = Problems.Free([Problems.Pod(Problems.Share(500), 1)], ("T4", 16));
        LinearPriceSolver solver = new(new PriceOptions { TurnoverWeight = 20 });
        double[] without = Problems.WholeValues(solver.Solve(staying)), with = Problems.WholeValues(solver.Solve(staying with { Turnover = 0.5 }));
        Assert.That(with.Zip(without, (a, b) => a - b), Is.EqualTo(Enumerable.Range(0, 17).Select(f => 10.0 * f * f)).Within(1e-9));
    }

    [Test]
    public void A_model_that_is_wanted_in_particular_and_runs_short_is_dear_and_others_are_not()
    {
        ImmutableArray<TypicalPod> pods = [Problems.Pod(Problems.Share(1000, 1, "A100"), 0.5), Problems.Pod(Problems.Share(500), 0.5)];
        GpuPrices prices = Solver.Solve(Problems.Free(pods, ("A100", 2), ("T4", 100)));
        Assert.That(prices.Surcharge("A100"), Is.GreaterThan(0.5));
        Assert.That(prices.Surcharge("T4"), Is.LessThan(prices.Surcharge("A100") / 2));
        Assert.That(prices.Surcharge("H100"), Is.Zero, "a model that the cluster does not have");
    }

    [Test]
    public void Without_a_demand_for_models_none_is_dearer_than_the_other()
    {
        GpuPrices prices = Solver.Solve(Problems.Free([Problems.Pod(Problems.Share(500), 1)], ("A100", 5), ("T4", 5)));
        Assert.That(prices.Surcharge("A100"), Is.EqualTo(prices.Surcharge("T4")).Within(1e-9));
    }

    [Test]
    public void A_model_without_any_left_still_gets_a_price()
    {
        PriceProblem problem = Problems.Free([Problems.Pod(Problems.Share(500, 1, "A100"), 1)], ("A100", 0), ("T4", 5));
        GpuPrices prices = Solver.Solve(problem);
        Assert.That(prices.Surcharge("A100"), Is.GreaterThan(0).And.LessThan(10));
        Assert.That(prices.Surcharge("T4"), Is.Zero.Within(1e-9));
    }

    [Test]
    public void Cpu_strands_what_pods_need_more_of_than_is_there()
    {
        LinearPriceSolver solver = new(new PriceOptions { StrandedWeight = 1, CpuNeedFactor = 1 });
        GpuPrices prices = solver.Solve(Problems.Free([Problems.Pod(Problems.Share(1000), 1, cpuMilli: 8000)], ("T4", 5)));
        Assert.Multiple(() =>
        {
            Assert.That(prices.Stranded(0, 1000), Is.EqualTo(1000).Within(1e-9));
            Assert.That(prices.Stranded(4000, 1000), Is.EqualTo(500).Within(1e-9));
            Assert.That(prices.Stranded(8000, 1000), Is.Zero.Within(1e-9));
            Assert.That(prices.Stranded(64_000, 1000), Is.Zero.Within(1e-9));
            Assert.That(prices.Stranded(0, 0), Is.Zero);
        });
    }

    [Test]
    public void An_absurd_need_for_cpu_makes_no_huge_table()
    {
        GpuPrices prices = Solver.Solve(Problems.Free([Problems.Pod(Problems.Share(1), 1, cpuMilli: 1_000_000_000)], ("T4", 5)));
        Assert.That(prices.Stranded(0, 1000), Is.GreaterThan(prices.Stranded(1_000_000, 1000)).And.LessThanOrEqualTo(1000));
    }

    [Test]
    public void Pods_that_ask_for_no_device_say_nothing_about_devices()
    {
        PriceProblem cpuOnly = Problems.Free([Problems.Pod(DeviceRequest.None, 1)], ("T4", 5));
        Assert.That(Solver.Solve(cpuOnly), Is.SameAs(GpuPrices.Uninformed));
        Assert.That(Solver.Solve(cpuOnly with { TypicalPods = TypicalPods.None }), Is.SameAs(GpuPrices.Uninformed));
    }

    [Test]
    public void Cpu_only_pods_do_not_change_what_gaps_are_worth()
    {
        GpuPrices alone = Exact.Solve(Problems.Free([Problems.Pod(Problems.Share(500), 1)], ("T4", 10)));
        GpuPrices mixed = Exact.Solve(Problems.Free([Problems.Pod(DeviceRequest.None, 0.7), Problems.Pod(Problems.Share(500), 0.3)], ("T4", 10)));
        Assert.That(Problems.GapValues(mixed), Is.EqualTo(Problems.GapValues(alone)).Within(1e-6));
    }

    [Test]
    public void A_cluster_without_devices_or_without_free_ones_has_sound_prices()
    {
        ImmutableArray<TypicalPod> pods = [Problems.Pod(Problems.Share(300), 0.5), Problems.Pod(Problems.Share(1000, 2, "T4"), 0.5)];
        AssertSound(Solver.Solve(Problems.Free(pods)), []);
        AssertSound(Solver.Solve(Problems.WithGaps(pods, 0, 0, 0)), ["T4"]);
        AssertSound(Solver.Solve(Problems.WithGaps(pods, 7)), ["T4"]);
    }

    [Test]
    public void One_device_is_enough_for_a_price()
    {
        GpuPrices prices = Exact.Solve(Problems.Free([Problems.Pod(Problems.Share(250), 1)], ("T4", 1)));
        Assert.That(prices.GapValue(1000), Is.EqualTo(1000).Within(1e-6));
        Assert.That(prices.GapValue(760), Is.EqualTo(750).Within(1e-6));
    }

    [Test]
    public void An_amount_of_memory_counts_as_the_share_it_takes_of_a_usual_device()
    {
        DeviceRequest half = new() { Count = 1, MemoryMiB = 8192 };
        PriceProblem problem = Problems.Free([Problems.Pod(half, 1)], ("T4", 10)) with { DeviceMemoryMiB = 16384 };
        Assert.That(Exact.Solve(problem).GapValue(500), Is.EqualTo(500).Within(1e-6));
        GpuPrices unknown = Exact.Solve(problem with { DeviceMemoryMiB = 0 });
        Assert.That((unknown.GapValue(999), unknown.GapValue(1000)), Is.EqualTo((0.0, 1000.0)), "a device of unknown memory is taken whole");
    }

    [Test]
    public void The_same_problem_gives_the_same_prices_to_the_bit()
    {
        ImmutableArray<TypicalPod> pods =
            [Problems.Pod(Problems.Share(330), 0.4), Problems.Pod(Problems.Share(470, 1, "A100", "T4"), 0.3), Problems.Pod(Problems.Share(1000, 2, "A100"), 0.3)];
        PriceProblem problem = Problems.Free(pods, ("A100", 12), ("T4", 30));
        GpuPrices a = Solver.Solve(problem), b = new LinearPriceSolver(new PriceOptions()).Solve(problem);
        Assert.That(Problems.GapValues(a), Is.EqualTo(Problems.GapValues(b)));
        Assert.That(Problems.WholeValues(a), Is.EqualTo(Problems.WholeValues(b)));
        Assert.That(a.Surcharge("A100"), Is.EqualTo(b.Surcharge("A100")));
        Assert.That(a.Stranded(700, 900), Is.EqualTo(b.Stranded(700, 900)));
    }

    [Test]
    public void Any_problem_has_sound_prices()
    {
        Gen<TypicalPod> pod = Gen.Select(Gen.Int[0, 4], Gen.Int[1, 1000], Gen.Int[0, 3], Gen.Int[0, 200_000], Gen.Int[1, 100], Gen.Bool).Select(
            (count, milli, models, cpu, weight, byMemory) =>
            {
                if (count == 0)
                {
                    return Problems.Pod(DeviceRequest.None, weight, cpu);
                }

                ImmutableArray<string> names = models switch { 0 => ["T4"], 1 => ["A100", "T4"], 2 => ["GB200"], _ => [] };
                return Problems.Pod(
                    byMemory && count == 1 ? new DeviceRequest { Count = 1, MemoryMiB = milli * 20, Models = names } : Problems.Share(count > 1 ? 1000 : milli, count) with { Models = names },
                    weight,
                    cpu);
            });
        LinearPriceSolver fewSamples = new(new PriceOptions { Samples = 3 });
        Gen.Select(pod.Array[0, 8], Gen.Int[0, 1000].Array[0, 30], Gen.Int[0, 24_000]).Sample(
            (pods, free, memory) =>
            {
                double all = Math.Max(1, pods.Sum(p => p.Probability));
                ImmutableArray<TypicalPod> typical = [.. pods.Select(p => p with { Probability = p.Probability / all })];
                PriceProblem problem = Problems.WithGaps(typical, free);
                AssertSound(fewSamples.Solve(problem with { DeviceMemoryMiB = memory }), ["T4"]);
            },
            iter: 150, threads: 1);
    }

    /// <summary>Finite, never negative, never falling; a whole device is the measure.</summary>
    private static void AssertSound(GpuPrices prices, string[] models)
    {
        double[] gaps = Problems.GapValues(prices), wholes = Problems.WholeValues(prices);
        for (int milli = 0; milli <= Device.FullMilli; milli++)
        {
            if (!(gaps[milli] >= 0 && gaps[milli] <= 1000 + 1e-6) || (milli > 0 && gaps[milli] < gaps[milli - 1] - 1e-9))
            {
                Assert.Fail($"a gap of {milli} is worth {gaps[milli]}");
            }
        }

        Assert.That(gaps[0], Is.Zero);
        Assert.That(wholes, Is.Ordered.And.All.Not.NaN.And.All.GreaterThanOrEqualTo(0));
        Assert.That(models.Select(prices.Surcharge), Is.All.Not.NaN.And.All.InRange(0, 10));
        foreach (long cpu in new long[] { -1000, 0, 1, 1000, 1_000_000, long.MaxValue / 2 })
        {
            Assert.That(prices.Stranded(cpu, 1000), Is.InRange(0, 1000 + 1e-6));
        }

        Assert.That(prices.Stranded(1000, 1000), Is.LessThanOrEqualTo(prices.Stranded(0, 1000) + 1e-6));
    }
}
