using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation.Tests;

public sealed class GangRunTests
{
    private static readonly GangKey Train = new("podgroups.scheduling.k8s.io", "default", "train");

    [Test]
    public void In_order_a_gang_is_tried_when_its_last_pod_has_come()
    {
        RunResult result = Workloads.Run(With(3, Workloads.InOrder(
            [Workloads.Node("n", 4)], Member("train-0"), Workloads.Arrives("single", Workloads.Spec(1)), Member("train-1"), Member("train-2"))));
        Assert.That(Workloads.Places(result).Keys, Is.EqualTo(new[] { "single", "train-0", "train-1", "train-2" }));
        Assert.That((result.Observer.Placed, result.Observer.Failed), Is.EqualTo((4, 0)));
    }

    [Test]
    public void In_order_a_gang_that_does_not_fit_is_lost_whole_and_takes_no_room()
    {
        RunResult result = Workloads.Run(With(3, Workloads.InOrder(
            [Workloads.Node("n", 2)], Member("train-0"), Member("train-1"), Member("train-2"), Workloads.Arrives("late", Workloads.Spec(2)))));
        Assert.That(Workloads.Places(result).Keys, Is.EqualTo(new[] { "late" }));
        Assert.That((result.Observer.Placed, result.Observer.Failed), Is.EqualTo((1, 3)));
    }

    [Test]
    public void In_order_a_gang_that_never_becomes_whole_has_failed_in_the_end()
    {
        RunResult result = Workloads.Run(With(3, Workloads.InOrder([Workloads.Node("n", 4)], Member("train-0"), Member("train-1"))));
        Assert.That((result.Observer.Placed, result.Observer.Failed), Is.EqualTo((0, 2)));
    }

    [Test]
    public void In_time_a_gang_waits_for_room_for_all_and_leaves_pod_by_pod()
    {
        RunResult result = Workloads.Run(With(2, Workloads.Timed(
            [Workloads.Node("n", 2)],
            Workloads.Arrives("single", Workloads.Spec(1), at: 0, runs: 30), Member("train-0", at: 5, runs: 10), Member("train-1", at: 5, runs: 20))));
        Assert.That(result.Observer.Waits, Is.EqualTo(new[] { TimeSpan.Zero, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(25) }));
        Assert.That(result.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(50)));
        Assert.That(Workloads.Places(result), Is.Empty);
    }

    private static Workload With(int minPods, Workload workload) =>
        workload with { Gangs = [new GangObject { Key = Train, Group = new GangGroup { MinPods = minPods } }] };

    private static Arrival Member(string name, double at = 0, double? runs = null)
    {
        Arrival arrival = Workloads.Arrives(name, Workloads.Spec(1), at, runs);
        return arrival with { Pod = arrival.Pod with { Gang = new GangMembership(Train) } };
    }
}
