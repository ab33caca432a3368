using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins.Tests;

public sealed class GpuPriceUpdaterTests
{
    [Test]
    public void A_known_demand_has_a_price_from_the_first_pod_and_again_when_a_twentieth_has_come()
    {
        // 40 devices: prices anew after every two.
        GpuCluster cluster = Cluster();
        (GpuPriceScore plugin, Recorder solver) = (new GpuPriceScore(), new Recorder());
        GpuPriceUpdater updater = new(plugin, solver, new TypicalPods([new TypicalPod(1000, GpuCluster.Share(500), 1)]));
        PodClass pod = cluster.Class(1000, GpuCluster.Share(500));
        List<int> solved = [];
        for (int i = 0; i < 9; i++)
        {
            updater.Observe(pod, cluster.State);
            solved.Add(solver.Problems.Count);
        }

        Assert.That(solved, Is.EqualTo(new[] { 1, 1, 1, 1, 2, 2, 2, 2, 3 }));
        Assert.That(plugin.Version, Is.EqualTo(3));
        Assert.That(plugin.Prices, Is.SameAs(solver.Last));
    }

    [Test]
    public void The_problem_is_the_state_as_it_is()
    {
        GpuCluster cluster = Cluster();
        cluster.Place(0, 1000, GpuCluster.Share(300), 2);
        cluster.Place(1, 1000, GpuCluster.Share(1000, 3), 0, 1, 2);
        Recorder solver = new();
        TypicalPods known = new([new TypicalPod(1000, GpuCluster.Share(500), 1)]);
        new GpuPriceUpdater(new GpuPriceScore(), solver, known).Observe(cluster.Class(1000, GpuCluster.Share(500)), cluster.State);
        PriceProblem problem = solver.Problems.Single();
        Assert.Multiple(() =>
        {
            Assert.That(problem.TypicalPods, Is.SameAs(known));
            Assert.That((problem.Gaps[0], problem.Gaps[700], problem.Gaps[1000], problem.Gaps.Sum()), Is.EqualTo((3, 1, 36, 40)));
            Assert.That(problem.FreeMilliByModel, Is.EquivalentTo(new Dictionary<string, long> { ["A100"] = 31_700, ["T4"] = 5000 }));
            Assert.That(problem.DeviceMemoryMiB, Is.EqualTo(81920));
        });
    }

    [Test]
    public void An_unknown_demand_is_learned_from_what_has_come()
    {
        GpuCluster cluster = Cluster();
        Recorder solver = new();
        GpuPriceUpdater updater = new(new GpuPriceScore(), solver, known: null);
        for (int i = 0; i < 8; i++)
        {
            updater.Observe(cluster.Class(1000, GpuCluster.Share(i % 4 == 0 ? 1000 : 500)), cluster.State);
        }

        PriceProblem last = solver.Problems[^1];
        Assert.That(last.TypicalPods.Pods.Select(p => p.Devices.Milli), Is.EqualTo(new[] { 500, 1000 }));
        Assert.That(last.TypicalPods.Pods.Sum(p => p.Probability), Is.EqualTo(1).Within(1e-12));
        Assert.That(solver.Problems, Has.Count.GreaterThan(2), "a learner asks more often at first");
    }

    [Test]
    public void What_is_given_back_is_a_part_of_what_was_asked_for()
    {
        GpuCluster cluster = Cluster();
        Recorder solver = new();
        GpuPriceUpdater updater = new(new GpuPriceScore(), solver, new TypicalPods([new TypicalPod(1000, GpuCluster.Share(500), 1)]));
        PodClass pair = cluster.Class(1000, GpuCluster.Share(1000, 2)), half = cluster.Class(1000, GpuCluster.Share(500));
        updater.Observe(pair, cluster.State);
        updater.ObserveLeft(half);
        updater.Observe(pair, cluster.State);
        for (int i = 0; i < 5; i++)
        {
            updater.ObserveLeft(pair);
        }

        updater.Observe(pair, cluster.State);
        Assert.That(
            solver.Problems.Select(p => p.Turnover), Is.EqualTo(new[] { 0, 0.25, 1 }),
            "nothing has come yet; half a device of two; and pods that were there before make it no more than all");
    }

    [Test]
    public void Without_a_demand_for_devices_nothing_is_published()
    {
        GpuCluster cluster = Cluster();
        GpuPriceScore plugin = new();
        Recorder solver = new();
        GpuPriceUpdater learner = new(plugin, solver, known: null), knowing = new(plugin, solver, new TypicalPods([new TypicalPod(1000, DeviceRequest.None, 1)]));
        for (int i = 0; i < 50; i++)
        {
            learner.Observe(cluster.Class(1000, DeviceRequest.None), cluster.State);
            knowing.Observe(cluster.Class(1000, GpuCluster.Share(1000)), cluster.State);
        }

        Assert.That(solver.Problems, Is.Empty);
        Assert.That((plugin.Version, plugin.Prices), Is.EqualTo((0L, GpuPrices.Uninformed)));
    }

    /// <summary>Five nodes of eight devices; the second has another model.</summary>
    private static GpuCluster Cluster() => new(
        [.. Enumerable.Range(0, 5).Select(i => GpuCluster.Node($"n{i}", i == 1 ? DeviceShape.Uniform("T4", 8, 15360) : DeviceShape.Uniform("A100", 8, 81920)))]);

    private sealed class Recorder : IPriceSolver
    {
        public List<PriceProblem> Problems { get; } = [];

        public GpuPrices? Last { get; private set; }

        public GpuPrices Solve(PriceProblem problem)
        {
            Problems.Add(problem);
            return Last = new GpuPrices([.. Enumerable.Range(0, 1001).Select(g => (double)g)], [.. new double[17]], [0], new Dictionary<string, double>());
        }
    }
}
