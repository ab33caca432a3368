using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation.Tests;

public sealed class PodLogTests
{
    [Test]
    public void Each_pod_tells_its_node_and_devices_or_why_it_has_none_in_order_of_arrival()
    {
        Workload workload = Workloads.InOrder(
            [Workloads.Node("n", 2)],
            Workloads.Arrives("z", Workloads.Spec(1)), Workloads.Arrives("large", Workloads.Spec(2)), Workloads.Arrives("share", Workloads.Spec(1, 400)));
        PodOutcome[] pods = Outcomes(workload);
        Assert.That(
            pods.Select(p => $"{p.Name} {p.State} {p.Node} {string.Join(',', p.Gpus ?? [])} {string.Join(',', p.GpuMilli ?? [])}"),
            Is.EqualTo(new[] { "z Placed n 0 1000", "large Pending   ", "share Placed n 1 400" }));
        Assert.That(pods[1].Reason, Is.EqualTo($"0/1 nodes are available: 1 {RoomPolicy.NoRoom}."));
        Assert.That(pods.Select(p => p.WaitSeconds), Is.All.Null, "nothing has a time");
    }

    [Test]
    public void In_time_a_pod_is_finished_when_it_has_left_and_tells_how_long_it_waited()
    {
        PodOutcome[] pods = Outcomes(Workloads.Timed(
            [Workloads.Node("n", 1)],
            Workloads.Arrives("first", Workloads.Spec(1), at: 0, runs: 10),
            Workloads.Arrives("second", Workloads.Spec(1), at: 4),
            Workloads.Arrives("third", Workloads.Spec(1), at: 5)));
        Assert.That(
            pods.Select(p => (p.Name, p.State, p.Node, p.WaitSeconds)),
            Is.EqualTo(new[] { ("first", PodState.Finished, "n", 0.0), ("second", PodState.Placed, "n", (double?)6), ("third", PodState.Pending, null, null) }));
    }

    [Test]
    public void A_pod_of_a_gang_that_is_not_whole_says_what_it_waits_for()
    {
        GangKey key = new("podgroups.scheduling.k8s.io", "default", "train");
        Arrival member = Workloads.Arrives("train-0", Workloads.Spec(1));
        member = member with { Pod = member.Pod with { Gang = new GangMembership(key) } };
        Workload workload = Workloads.InOrder([Workloads.Node("n", 4)], member) with { Gangs = [new GangObject { Key = key, Group = new GangGroup { MinPods = 3 } }] };
        Assert.That(Outcomes(workload).Single().Reason, Does.Contain("3").And.Not.Contain("still waiting"));
    }

    private static PodOutcome[] Outcomes(Workload workload)
    {
        RunResult result = new Simulator(workload, _ => null, new VirtualTime(), followPods: true).Run(RoomPolicy.Policy, 1);
        return [.. ReportBuilder.Build(workload, [RoomPolicy.Policy], [result]).Runs.Single().Outcomes!];
    }
}
