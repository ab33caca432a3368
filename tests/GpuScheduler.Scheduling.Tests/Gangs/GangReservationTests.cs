using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Scheduling.Tests;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GangReservationTests
{
    private static readonly TimeSpan After = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider _time = new();
    private TimeSpan _wholeClusterAfter = TimeSpan.Zero;
    private readonly ManualBindings _bindings = new();
    private readonly Dictionary<string, DateTimeOffset> _ends = [];

    [Test]
    public void A_gang_that_has_waited_too_long_has_the_nodes_reserved_where_the_least_has_to_end()
    {
        Scheduler scheduler = Make(3);
        Occupy(scheduler, 0, 3);
        Occupy(scheduler, 1, 1);
        Occupy(scheduler, 2, 1);
        Wait(scheduler, "train", 2, After - TimeSpan.FromSeconds(1));
        Assert.That(scheduler.Reservations, Is.Empty, "it has not waited long enough");
        Try(scheduler, TimeSpan.FromMinutes(6));
        Assert.That(scheduler.Reservations.Single().NodeNames, Is.EquivalentTo(new[] { "node-0001", "node-0002" }));
    }

    [Test]
    public void Others_of_its_priority_are_kept_out_with_a_reason_and_come_in_when_it_is_placed()
    {
        Scheduler scheduler = Make(2);
        Pod first = Occupy(scheduler, 0, 1), second = Occupy(scheduler, 1, 1);
        Wait(scheduler, "train", 2, After);
        Assert.That(scheduler.Reservations, Has.Count.EqualTo(1));
        Pod late = TestCluster.Pod("late");
        scheduler.Enqueue(late);
        AttemptResult kept = scheduler.ScheduleOne();
        Assert.That(kept.IsPlaced, Is.False);
        Assert.That(kept.FitError!.Message, Is.EqualTo("0/2 nodes are available: 2 node(s) are reserved for podgroups.scheduling.k8s.io default/train."));
        scheduler.Enqueue(TestCluster.Pod("urgent", priority: 1));
        AttemptResult urgent = scheduler.ScheduleOne();
        Assert.That(urgent.IsPlaced, "higher priority is kept out of nothing");
        Release(scheduler, urgent.Decision.Node, urgent.Queued!.Pod);
        Release(scheduler, 0, first);
        Release(scheduler, 1, second);
        _time.Advance(TimeSpan.FromSeconds(10));
        AttemptResult gang = scheduler.ScheduleOne();
        Assert.That(gang is { IsPlaced: true, Gang: not null });
        Assert.That(scheduler.Reservations, Is.Empty);
        scheduler.AssertInvariants();
    }

    [Test]
    public void A_pod_that_ends_before_the_room_is_complete_may_use_it_meanwhile()
    {
        Scheduler scheduler = Make(2);
        DateTimeOffset end = _time.GetUtcNow() + TimeSpan.FromHours(1);
        _ends[Occupy(scheduler, 0, 1).Name] = end;
        _ends[Occupy(scheduler, 1, 1).Name] = end - TimeSpan.FromMinutes(10);
        Wait(scheduler, "train", 2, After);
        Assert.That(scheduler.Reservations.Single().ReadyAt, Is.EqualTo(end));
        _ends["long"] = end + TimeSpan.FromSeconds(1);
        _ends["short"] = end;
        scheduler.Enqueue(TestCluster.Pod("long"));
        Assert.That(scheduler.ScheduleOne().IsPlaced, Is.False);
        scheduler.Enqueue(TestCluster.Pod("short"));
        Assert.That(scheduler.ScheduleOne().IsPlaced);
    }

    [Test]
    public void A_pod_that_the_gang_can_evict_may_use_the_room_meanwhile()
    {
        Scheduler scheduler = new(
            TestCluster.Writer(1), [TestCluster.Profile(new RoomFilter(), Gangs(), new PreemptingPlugin())], new QueueOptions(), _time, _bindings, new RecordedEvictions());
        Pod running = TestCluster.Pod("running", priority: 5);
        scheduler.Adopt(0, running, scheduler.Cluster.Classes.Intern(running.Spec), DeviceSet.First(1));
        scheduler.SetGang(TestGangs.Object("train", 1) with { Priority = 5 });
        scheduler.Enqueue(TestGangs.Pod("train", 0, TestCluster.Spec(devices: 4), priority: 5));
        Try(scheduler, TimeSpan.Zero);
        Try(scheduler, After);
        Assert.That(scheduler.Reservations, Has.Count.EqualTo(1));
        scheduler.Enqueue(TestCluster.Pod("equal", priority: 5));
        Assert.That(scheduler.ScheduleOne().IsPlaced, Is.False);
        scheduler.Enqueue(TestCluster.Pod("lower", priority: 4));
        Assert.That(scheduler.ScheduleOne().IsPlaced);
    }

    [Test]
    public void Other_nodes_are_used_as_ever()
    {
        Scheduler scheduler = Make(3);
        Occupy(scheduler, 0, 4);
        Occupy(scheduler, 1, 1);
        Occupy(scheduler, 2, 2);
        Wait(scheduler, "train", 1, After);
        Assert.That(scheduler.Reservations.Single().NodeNames, Is.EqualTo(new[] { "node-0001" }));
        scheduler.Enqueue(TestCluster.Pod("single"));
        Assert.That(scheduler.ScheduleOne().Decision.Node, Is.EqualTo(2));
        scheduler.SetGang(TestGangs.Object("small", 2));
        scheduler.Enqueue(TestGangs.Pod("small", 0));
        scheduler.Enqueue(TestGangs.Pod("small", 1));
        Assert.That(scheduler.ScheduleOne().IsPlaced, Is.False, "one device is left outside of what is reserved");
    }

    [Test]
    public void A_reservation_ends_after_its_limit_and_others_have_their_turn()
    {
        Scheduler scheduler = Make(1);
        Occupy(scheduler, 0, 1);
        Wait(scheduler, "train", 1, After);
        scheduler.Enqueue(TestCluster.Pod("single"));
        Assert.That(scheduler.ScheduleOne().IsPlaced, Is.False);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.That(Enumerable.Range(0, 2).Select(_ => scheduler.ScheduleOne()).Any(r => r is { IsPlaced: true, Gang: null }));
        Assert.That(scheduler.Reservations, Is.Empty, "it has to wait for another one");
    }

    [Test]
    public void A_gang_that_does_not_fit_the_empty_cluster_has_nothing_reserved()
    {
        Scheduler scheduler = Make(2);
        Occupy(scheduler, 0, 1);
        Wait(scheduler, "train", 3, After);
        Assert.That(scheduler.Reservations, Is.Empty);
    }

    [Test]
    public void One_gang_at_a_time_has_nodes_reserved_until_it_is_gone()
    {
        Scheduler scheduler = Make(2);
        Occupy(scheduler, 0, 1);
        Occupy(scheduler, 1, 1);
        Wait(scheduler, "one", 2, TimeSpan.Zero);
        Wait(scheduler, "two", 2, After);
        string holder = scheduler.Reservations.Single().Gang.Key.Name;
        foreach (GangPod pod in scheduler.Gangs.Find(TestGangs.Key(holder))!.Pods.ToArray())
        {
            scheduler.Abandon(pod.Pod);
        }

        Assert.That(scheduler.Reservations, Is.Empty);
        Try(scheduler, TimeSpan.FromMinutes(6));
        Assert.That(scheduler.Reservations.Single().Gang.Key.Name, Is.Not.EqualTo(holder));
        scheduler.AssertInvariants();
    }

    [Test]
    public void A_reserved_node_that_goes_is_replaced_by_another()
    {
        Scheduler scheduler = Make(3);
        Occupy(scheduler, 0, 3);
        Occupy(scheduler, 1, 1);
        Occupy(scheduler, 2, 2);
        Wait(scheduler, "train", 1, After);
        Assert.That(scheduler.Reservations.Single().NodeNames, Is.EqualTo(new[] { "node-0001" }));
        DateTimeOffset since = scheduler.Reservations.Single().Since;
        scheduler.Cluster.RemoveNode("node-0001");
        Try(scheduler, TimeSpan.FromMinutes(6));
        Assert.That(scheduler.Reservations.Single().NodeNames, Is.EqualTo(new[] { "node-0002" }));
        Assert.That(scheduler.Reservations.Single().Since, Is.EqualTo(since));
    }

    [Test]
    public void A_node_that_comes_free_elsewhere_is_reserved_instead_of_one_that_is_still_in_use()
    {
        Scheduler scheduler = Make(3);
        Pod first = Occupy(scheduler, 0, 3);
        Occupy(scheduler, 1, 1);
        Occupy(scheduler, 2, 2);
        Wait(scheduler, "train", 2, After);
        GangReservation before = scheduler.Reservations.Single();
        Assert.That(before.NodeNames, Is.EquivalentTo(new[] { "node-0001", "node-0002" }));
        Release(scheduler, 0, first);
        Try(scheduler, TimeSpan.FromSeconds(10));
        Assert.That(scheduler.Reservations.Single().NodeNames, Is.EquivalentTo(new[] { "node-0000", "node-0001" }));
        Assert.That(scheduler.Reservations.Single().Since, Is.EqualTo(before.Since), "it does not last longer for that");
        scheduler.Enqueue(TestCluster.Pod("single"));
        Assert.That(scheduler.ScheduleOne().Decision.Node, Is.EqualTo(2));
    }

    [Test]
    public void The_more_of_the_cluster_a_gang_asks_for_the_longer_it_waits_for_a_reservation()
    {
        _wholeClusterAfter = TimeSpan.FromHours(4);
        Scheduler scheduler = Make(4);
        for (int node = 0; node < 4; node++)
        {
            Occupy(scheduler, node, 1);
        }

        // Half of the cluster: half of the time.
        Wait(scheduler, "half", 2, TimeSpan.FromMinutes(119));
        Assert.That(scheduler.Reservations, Is.Empty);
        Try(scheduler, TimeSpan.FromMinutes(1));
        Assert.That(scheduler.Reservations, Has.Count.EqualTo(1));
    }

    [Test]
    public void That_a_gang_has_waited_for_long_enough_is_noticed_when_it_has()
    {
        Scheduler scheduler = Make(2, TimeSpan.FromMinutes(1));
        Occupy(scheduler, 0, 1);
        Occupy(scheduler, 1, 1);
        DateTimeOffset start = _time.GetUtcNow();
        Wait(scheduler, "train", 2, TimeSpan.FromSeconds(59));
        Assert.That(scheduler.Reservations, Is.Empty);
        Assert.That(scheduler.NextWakeUp(), Is.EqualTo(start + TimeSpan.FromMinutes(1)));
        Try(scheduler, TimeSpan.FromSeconds(1));
        Assert.That(scheduler.Reservations, Has.Count.EqualTo(1));
    }

    private TestGangs Gangs(TimeSpan? after = null) => new(
        new GangSchedulingArgs { ReservationAfter = after ?? After, WholeClusterReservationAfter = _wholeClusterAfter, ReservationLimit = TimeSpan.FromHours(1) });

    private Scheduler Make(int nodes, TimeSpan? after = null) =>
        new(TestCluster.Writer(nodes), [TestCluster.Profile(new RoomFilter(), Gangs(after))], new QueueOptions(), _time, _bindings)
        {
            EndOf = pod => _ends.TryGetValue(pod.Name, out DateTimeOffset end) ? end : null,
        };

    /// <summary>A gang of pods that want a whole node each, tried when it comes and once more after a while.</summary>
    private void Wait(Scheduler scheduler, string gang, int pods, TimeSpan time)
    {
        scheduler.SetGang(TestGangs.Object(gang, pods));
        for (int i = 0; i < pods; i++)
        {
            scheduler.Enqueue(TestGangs.Pod(gang, i, TestCluster.Spec(devices: 4)));
        }

        Assert.That(scheduler.ScheduleOne().IsPlaced, Is.False);
        Try(scheduler, time);
    }

    private void Try(Scheduler scheduler, TimeSpan after)
    {
        _time.Advance(after);
        while (scheduler.ScheduleOne().Queued is not null)
        {
        }
    }

    /// <summary>A pod that runs on a node.</summary>
    private static Pod Occupy(Scheduler scheduler, int node, int devices)
    {
        Pod pod = TestCluster.Pod($"running-{node}", TestCluster.Spec(devices: devices));
        scheduler.Adopt(node, pod, scheduler.Cluster.Classes.Intern(pod.Spec), DeviceSet.First(devices));
        return pod;
    }

    private static void Release(Scheduler scheduler, int node, Pod pod)
    {
        scheduler.Finish(scheduler.FindHeld(pod) ?? new QueuedPodInfo(pod, scheduler.Cluster.Classes.Intern(pod.Spec), default), Status.Success);
        Assert.That(scheduler.Release(node, pod, scheduler.Cluster.Classes.Intern(pod.Spec)));
    }
}
