using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation.Tests;

public sealed class PreemptionTests
{
    private static readonly SimulatedPolicy Policy = new("preempting", "Makes room.", (workload, seed) => new Run(RoomPolicy.Policy.Start(workload, seed)));

    [Test]
    public void A_victim_goes_after_its_grace_period_and_comes_back_with_all_its_work_to_do()
    {
        RunResult result = Simulate(Workloads.Timed(
            [Workloads.Node("n", 1)],
            Arrives("low", priority: 1, at: 0, runs: 100),
            Arrives("high", priority: 2, at: 50, runs: 10)));
        Assert.Multiple(() =>
        {
            Assert.That(result.Observer.Evicted, Is.EqualTo(1));
            Assert.That(result.Observer.Waits.Select(w => w.TotalSeconds), Is.EqualTo(new[] { 0.0, 30, 10 }), "low at 0, high at 80, low again at 90");
            Assert.That(result.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(190)));
            Assert.That((result.Observer.Failed, Workloads.Places(result).Count), Is.EqualTo((0, 0)));
        });
    }

    [Test]
    public void A_victim_that_is_done_within_its_grace_period_is_done()
    {
        RunResult result = Simulate(Workloads.Timed(
            [Workloads.Node("n", 1)],
            Arrives("low", priority: 1, at: 0, runs: 55),
            Arrives("high", priority: 2, at: 50, runs: 10)));
        Assert.That(result.Observer.Evicted, Is.Zero);
        Assert.That(result.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(65)));
    }

    [Test]
    public void A_pod_ends_at_its_deadline_where_its_work_would_take_longer()
    {
        Arrival late = Arrives("late", priority: 1, at: 0, runs: 100), done = Arrives("done", priority: 1, at: 0, runs: 10);
        RunResult result = Simulate(Workloads.Timed(
            [Workloads.Node("n", 1)],
            late with { Pod = late.Pod with { ActiveDeadline = TimeSpan.FromSeconds(20) } },
            done with { Pod = done.Pod with { ActiveDeadline = TimeSpan.FromSeconds(60) } }));
        Assert.That(result.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public void In_order_a_pod_takes_the_room_of_a_bound_one_which_is_tried_elsewhere_unless_a_budget_keeps_it()
    {
        Pod bound = new() { Name = "bound", Spec = Workloads.Spec(1), BoundNode = "a", BoundDevices = DeviceSet.Only(0), Labels = LabelSet.Of(("app", "x")) };
        Pod other = bound with { Name = "other", BoundNode = "b", Priority = 5 };
        Workload workload = Workloads.InOrder([Workloads.Node("a", 1), Workloads.Node("b", 1)], Arrives("high", priority: 9, at: 0, runs: null)) with { BoundPods = [bound, other] };
        Assert.That(Workloads.Places(Simulate(workload)), Is.EquivalentTo(new Dictionary<string, string> { ["high"] = "a:0", ["other"] = "b:0" }));

        DisruptionBudget budget = new() { Name = "keep", Selector = new LabelSelector { MatchLabels = LabelSet.Of(("app", "x")) } };
        RunResult kept = Simulate(workload with { Budgets = [budget] });
        Assert.That(kept.Observer.Evicted, Is.Zero);
        Assert.That(Workloads.Places(kept).Keys, Is.EquivalentTo(new[] { "bound", "other" }));
    }

    [Test]
    public void A_bound_pod_that_is_evicted_is_among_the_pods_followed()
    {
        Pod bound = new() { Name = "bound", Spec = Workloads.Spec(1), BoundNode = "a", BoundDevices = DeviceSet.Only(0) };
        Workload workload = Workloads.InOrder([Workloads.Node("a", 1)], Arrives("high", priority: 9, at: 0, runs: null)) with { BoundPods = [bound] };
        PodLog log = new Simulator(workload, _ => null, new VirtualTime(), followPods: true).Run(Policy, 1).Pods!;
        Assert.That(log.Tracks.Select(t => (t.Pod.Name, t.State, t.Evictions)), Is.EqualTo(new[] { ("high", PodState.Placed, 0), ("bound", PodState.Pending, 1) }));
    }

    private static RunResult Simulate(Workload workload) => new Simulator(workload, _ => null, new VirtualTime()).Run(Policy, 1);

    private static Arrival Arrives(string name, int priority, double at, double? runs)
    {
        Arrival arrival = Workloads.Arrives(name, Workloads.Spec(1), at, runs);
        return arrival with { Pod = arrival.Pod with { Priority = priority } };
    }

    private sealed class Run(IPolicyRun inner) : IPolicyRun
    {
        public Profile Profile { get; } = inner.Profile with { PostFilter = [new Preempting()] };

        public void Observe(PodClass arrived, ClusterView state) => inner.Observe(arrived, state);
    }

    private sealed class Preempting : IPreemptionPlugin
    {
        public string Name => "Preempting";

        public PreemptionArgs Args { get; } = new();
    }
}
