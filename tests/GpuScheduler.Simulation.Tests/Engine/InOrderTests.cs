using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation.Tests;

public sealed class InOrderTests
{
    [Test]
    public void A_pod_that_does_not_fit_is_lost_and_later_ones_still_come()
    {
        RunResult result = Workloads.Run(Workloads.InOrder(
            [Workloads.Node("n", 2)],
            Workloads.Arrives("a", Workloads.Spec(1)),
            Workloads.Arrives("large", Workloads.Spec(2)),
            Workloads.Arrives("b", Workloads.Spec(1)),
            Workloads.Arrives("late", Workloads.Spec(1, 100))));
        Assert.That(Workloads.Places(result), Is.EquivalentTo(new Dictionary<string, string> { ["a"] = "n:0", ["b"] = "n:1" }));
        RunObserver figures = result.Observer;
        Assert.Multiple(() =>
        {
            Assert.That((figures.Arrived, figures.Placed, figures.Failed, figures.FailedAttempts), Is.EqualTo((4, 2, 2, 2)));
            Assert.That((figures.CapacityMilli, figures.ArrivedMilli, figures.AllocatedMilli), Is.EqualTo((2000L, 4100L, 2000L)));
            Assert.That(figures.Failures, Is.EquivalentTo(new Dictionary<(string, RequestKind), int>
            {
                [(RoomPolicy.NoRoom, RequestKind.Multi)] = 1,
                [(RoomPolicy.NoRoom, RequestKind.Share)] = 1,
            }));
            Assert.That(result.Elapsed, Is.EqualTo(TimeSpan.Zero));
        });
    }

    [Test]
    public void The_bandwidth_that_pods_got_is_set_against_the_best_of_their_nodes()
    {
        DeviceShape pairs = ShapeCatalog.BuiltIn.Find("a6000-pairs-4")!.Shape;
        RunResult result = Workloads.Run(Workloads.InOrder(
            [Workloads.Node("a", 4) with { Shape = pairs }, Workloads.Node("unknown", 8)],
            Workloads.Arrives("single", Workloads.Spec(1)),
            Workloads.Arrives("split", Workloads.Spec(2)),
            Workloads.Arrives("elsewhere", Workloads.Spec(8))));
        string[] places = [.. Workloads.Places(result).Values];
        Assume.That(places, Does.Contain("a:1,2").And.Contain("unknown:0,1,2,3,4,5,6,7"));
        Assert.That(result.Observer.LinkedPods, Is.EqualTo(1), "neither a pod of one device nor one on a node with unknown links");
        Assert.That((result.Observer.MeanBandwidth, result.Observer.MeanBandwidthShare), Is.EqualTo((32, 32.0 / 112)));
    }

    [Test]
    public void Every_whole_percent_of_arrived_load_gets_a_point_when_it_is_reached()
    {
        // 2.5 % of 10 devices, then 1 % more, then a pod that never fits.
        RunResult result = Workloads.Run(Workloads.InOrder(
            [Workloads.Node("n", 10)],
            Workloads.Arrives("a", Workloads.Spec(1, 250)),
            Workloads.Arrives("b", Workloads.Spec(1, 100)),
            Workloads.Arrives("c", Workloads.Spec(11, 50))));
        Assert.That(result.Observer.Points.Select(p => (p.ArrivedPercent, p.AllocatedPercent, p.Failed)), Is.EqualTo(new[]
        {
            (0, 0, 0), (1, 2.5, 0), (2, 2.5, 0), (3, 3.5, 0), (4, 3.5, 1), (5, 3.5, 1), (6, 3.5, 1), (7, 3.5, 1), (8, 3.5, 1), (9, 3.5, 1),
        }));
        Assert.That(result.Observer.Points.Select(p => p.FragmentedPercent), Is.All.Null);
    }

    [Test]
    public void Fragmentation_is_that_of_all_nodes_at_each_point()
    {
        RunResult result = Workloads.Run(
            Workloads.InOrder(
                [Workloads.Node("a", 3), Workloads.Node("b", 2), Workloads.Node("c", 0)],
                [.. Enumerable.Range(0, 30).Select(i => Workloads.Arrives($"p{i}", Workloads.Spec(1, 100 + (i * 37 % 400))))]),
            gauge: new EverythingFree());
        Assert.That(result.Observer.Points, Has.Count.GreaterThan(100));
        foreach (RunPoint point in result.Observer.Points)
        {
            Assert.That(point.FragmentedPercent, Is.EqualTo(100 - point.AllocatedPercent).Within(1e-9));
        }
    }

    [Test]
    public void Bound_pods_hold_their_devices_from_the_start()
    {
        Workload workload = Workloads.InOrder([Workloads.Node("n", 4)], Workloads.Arrives("new", Workloads.Spec(2))) with
        {
            BoundPods = [Bound("held", Workloads.Spec(1), DeviceSet.Only(0)), Bound("shared", Workloads.Spec(1, 300), DeviceSet.Only(2))],
        };
        RunResult result = Workloads.Run(workload);
        Assert.That(Workloads.Places(result), Is.EquivalentTo(new Dictionary<string, string> { ["held"] = "n:0", ["shared"] = "n:2", ["new"] = "n:1,3" }));
        Assert.That(result.Observer.Points[0].AllocatedPercent, Is.EqualTo(32.5));
        Assert.That((result.Observer.Arrived, result.Observer.AllocatedMilli), Is.EqualTo((1, 3300L)));
    }

    [Test]
    public void Of_two_bound_pods_with_one_device_the_first_holds_it_and_one_that_states_none_gets_the_first_that_is_left()
    {
        Workload workload = Workloads.InOrder([Workloads.Node("n", 3)], Workloads.Arrives("new", Workloads.Spec(1))) with
        {
            BoundPods =
            [
                Bound("silent", Workloads.Spec(1), DeviceSet.Empty),
                Bound("first", Workloads.Spec(1), DeviceSet.Only(0)),
                Bound("contradicts", Workloads.Spec(1), DeviceSet.Only(0)),
            ],
        };
        RunResult result = Workloads.Run(workload);
        Assert.That(Workloads.Places(result), Is.EquivalentTo(new Dictionary<string, string> { ["first"] = "n:0", ["contradicts"] = "n:", ["silent"] = "n:1", ["new"] = "n:2" }));
    }

    [Test]
    public void A_bound_pod_for_which_there_is_no_room_holds_its_node_without_devices()
    {
        Workload workload = Workloads.InOrder([Workloads.Node("n", 1)], Workloads.Arrives("new", Workloads.Spec(1))) with
        {
            BoundPods = [Bound("much", Workloads.Spec(2), DeviceSet.Empty), Bound("elsewhere", Workloads.Spec(1), DeviceSet.Only(0)) with { BoundNode = "gone" }],
        };
        RunResult result = Workloads.Run(workload);
        Assert.That(Workloads.Places(result), Is.EquivalentTo(new Dictionary<string, string> { ["much"] = $"n:{DeviceSet.Empty}", ["new"] = "n:0" }));
        Assert.That(result.Final.Blocks[0].Requested(Vocabulary.CpuId)[0], Is.EqualTo(200));
    }

    [Test]
    public void The_policy_is_told_of_each_pod_before_it_is_tried()
    {
        List<(int, int)> observed = [];
        Workload workload = Workloads.InOrder(
            [Workloads.Node("n", 2)], Workloads.Arrives("a", Workloads.Spec(1)), Workloads.Arrives("b", Workloads.Spec(0)), Workloads.Arrives("c", Workloads.Spec(2)));
        new Simulator(workload, _ => null, new VirtualTime()).Run(RoomPolicy.Noting(observed), 1);
        Assert.That(observed, Is.EqualTo(new[] { (1, 2000), (0, 1000), (2, 1000) }));
    }

    [Test]
    public void The_seed_alone_decides_among_nodes_alike()
    {
        Workload workload = Workloads.InOrder(
            [.. Enumerable.Range(0, 20).Select(i => Workloads.Node($"n{i}", 1))],
            [.. Enumerable.Range(0, 5).Select(i => Workloads.Arrives($"p{i}", Workloads.Spec(1)))]);
        var first = Workloads.Places(Workloads.Run(workload, seed: 1));
        var again = Workloads.Places(Workloads.Run(workload, seed: 1));
        Assert.That(again, Is.EqualTo(first));
        Assert.That(Workloads.Places(Workloads.Run(workload, seed: 2)), Is.Not.EqualTo(first));
    }

    [Test]
    public void A_tie_key_overrules_the_seed()
    {
        Workload workload = Workloads.InOrder([Workloads.Node("a", 1), Workloads.Node("b", 1)], Workloads.Arrives("p", Workloads.Spec(1)));
        string Place(params string[] order) => Workloads.Places(new Simulator(
            workload, _ => null, new VirtualTime(), TieKeys.Listed(order.Select((n, i) => (n, i)).ToDictionary(x => x.n, x => x.i))).Run(RoomPolicy.Policy, 1))["p"];
        Assert.That((Place("a", "b"), Place("b", "a")), Is.EqualTo(("a:0", "b:0")));
    }

    [Test]
    public void A_run_can_be_cancelled_and_tells_how_far_it_is()
    {
        Workload workload = Workloads.InOrder(
            [Workloads.Node("n", 1)], [.. Enumerable.Range(0, 600).Select(i => Workloads.Arrives($"p{i}", Workloads.Spec(0)))]);
        using CancellationTokenSource source = new();
        Told told = new(source);
        Simulator simulator = new(workload, _ => null, new VirtualTime());
        Assert.That(() => simulator.Run(RoomPolicy.Policy, 1, told, source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(told.Shares, Is.EqualTo(new[] { 0, 256 / 600.0 }));
    }

    private static Pod Bound(string name, PodSpec spec, DeviceSet devices) => new() { Name = name, Spec = spec, BoundNode = "n", BoundDevices = devices };

    private sealed class EverythingFree : IFragmentationGauge
    {
        public double Of(Block block, int lane) => block.TotalFree[lane];
    }

    /// <summary>Cancels once something is done.</summary>
    private sealed class Told(CancellationTokenSource source) : IProgress<double>
    {
        public List<double> Shares { get; } = [];

        public void Report(double value)
        {
            Shares.Add(value);
            if (value > 0)
            {
                source.Cancel();
            }
        }
    }
}
