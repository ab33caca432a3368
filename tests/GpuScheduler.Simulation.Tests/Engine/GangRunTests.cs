using System.Collections.Immutable;
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
        Assert.That(result.Observer.Failures.Keys.Single().Reason, Does.Contain("2").And.Contain("3"), "what the gang waits for");
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

    [Test]
    public void A_job_waits_from_its_first_pod_until_its_minimum_is_placed_and_counts_once()
    {
        RunResult result = Workloads.Run(With(2, Workloads.Timed(
            [Workloads.Node("n", 2)],
            Workloads.Arrives("single", Workloads.Spec(1), at: 0, runs: 30), Member("train-0", at: 5, runs: 10), Member("train-1", at: 8, runs: 20))));
        GangObserver gangs = result.Observer.Gangs!;
        Assert.That((gangs.CameCount, gangs.PlacedCount), Is.EqualTo((1, 1)));
        Assert.That(gangs.Waits, Is.EqualTo(new[] { TimeSpan.FromSeconds(25) }));
    }

    [Test]
    public void A_job_that_never_fits_has_failed()
    {
        GangObserver gangs = Workloads.Run(With(3, Workloads.Timed([Workloads.Node("n", 2)], Member("train-0"), Member("train-1"), Member("train-2")))).Observer.Gangs!;
        Assert.That((gangs.CameCount, gangs.PlacedCount), Is.EqualTo((1, 0)));
    }

    [Test]
    public void A_job_that_spans_racks_though_an_empty_one_would_hold_it_is_cross_domain()
    {
        // Each rack has one device left: two pods cannot stay together.
        Pod[] bound = [.. Enumerable.Range(0, 2).Select(i => new Pod { Name = $"single-{i}", Spec = Workloads.Spec(1), BoundNode = $"n{2 * i}" })];
        Workload workload = With(2, Workloads.Timed(Racks(2, 2), Member("train-0"), Member("train-1")));
        GangObserver gangs = Workloads.Run(workload with { BoundPods = [.. bound] }).Observer.Gangs!;
        Assert.That((gangs.PlacedCount, gangs.CrossDomain, gangs.Levels.Single().Crossing), Is.EqualTo((1, 1, 1)));

        // A job larger than any rack has to span them.
        GangObserver large = Workloads.Run(With(3, Workloads.Timed(Racks(2, 2), Member("train-0"), Member("train-1"), Member("train-2")))).Observer.Gangs!;
        Assert.That((large.PlacedCount, large.CrossDomain, large.Levels.Single().Crossing), Is.EqualTo((1, 0, 1)));
    }

    [Test]
    public void The_largest_job_that_fits_is_the_most_idle_devices_of_a_rack_over_time()
    {
        Workload workload = With(2, Workloads.Timed(Racks(2, 2), Member("train-0", at: 10, runs: 20), Member("train-1", at: 10, runs: 20), Workloads.Arrives("late", Workloads.Spec(1), at: 20, runs: 100)));
        RunResult result = Workloads.Run(workload);
        DomainLevel rack = result.Observer.Gangs!.Levels.Single();
        Assert.That((rack.Key, rack.Domains), Is.EqualTo(("topology.kubernetes.io/rack", 2)));
        Assert.That(TimeCurve.Mean(rack.Largest, TimeSpan.FromSeconds(20)), Is.EqualTo(2), "the other rack is free");
        Assert.That(rack.Largest[^1].Value, Is.EqualTo(2), "the first rack is free again");
    }

    [Test]
    public void The_report_shows_who_holds_what_when_the_most_is_held()
    {
        Workload workload = With(2, Workloads.Timed(Racks(1, 3), Member("train-0", at: 10, runs: 20), Member("train-1", at: 10, runs: 20), Workloads.Arrives("late", Workloads.Spec(1), at: 40, runs: 1)));
        JobSummary jobs = ReportBuilder.Build(workload, [RoomPolicy.Policy], [Workloads.Run(workload)]).Runs[0].Jobs!;
        Assert.That(jobs.Fullest!.AtSeconds, Is.EqualTo(10));
        Assert.That(jobs.Fullest.Nodes.Select(n => n.Domains[0]), Has.All.EqualTo("r0"));
        Assert.That(jobs.Fullest.Nodes.SelectMany(n => n.Holders).Order(StringComparer.Ordinal), Is.EqualTo(new[] { "", "train", "train" }));
        Assert.That((jobs.Jobs, jobs.Placed, jobs.Failed, jobs.Waiting!.MeanSeconds), Is.EqualTo((1, 1, 0, 0.0)));
        Assert.That(jobs.WaitPercentiles, Has.Count.EqualTo(101).And.All.EqualTo(0));
    }

    [Test]
    public void Without_gangs_nothing_is_said_of_jobs()
    {
        Workload workload = Workloads.Timed(Racks(1, 1), Workloads.Arrives("single", Workloads.Spec(1), at: 0, runs: 1));
        Assert.That(ReportBuilder.Build(workload, [RoomPolicy.Policy], [Workloads.Run(workload)]).Runs[0].Jobs, Is.Null);
    }

    /// <summary>Racks of nodes with one device each: n0, n1, ….</summary>
    private static Node[] Racks(int racks, int nodes) =>
    [
        .. Enumerable.Range(0, racks * nodes).Select(i =>
            Workloads.Node($"n{i}", 1) with { Labels = ImmutableSortedDictionary<string, string>.Empty.Add("topology.kubernetes.io/rack", $"r{i / nodes}") }),
    ];

    private static Workload With(int minPods, Workload workload) =>
        workload with { Gangs = [new GangObject { Key = Train, Group = new GangGroup { MinPods = minPods } }] };

    private static Arrival Member(string name, double at = 0, double? runs = null)
    {
        Arrival arrival = Workloads.Arrives(name, Workloads.Spec(1), at, runs);
        return arrival with { Pod = arrival.Pod with { Gang = new GangMembership(Train) } };
    }
}
