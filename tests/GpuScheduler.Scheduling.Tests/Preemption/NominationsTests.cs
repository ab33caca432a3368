using GpuScheduler.Cluster;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Scheduling.Tests;

/// <summary>Room that is held for pods, when it is held no more, and who hears of it.</summary>
[TestFixture]
public sealed class NominationsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly RecordedEvictions _evictions = new();
    private Scheduler _scheduler = null!;

    [SetUp]
    public void SetUp()
    {
        _evictions.Plans.Clear();
        _evictions.Leaving.Clear();
        ClusterWriter writer = new(TieKeys.Seeded(1));
        writer.SetNodes([TestCluster.Node(0, devices: 2), TestCluster.Node(1, devices: 2)]);
        _scheduler = new Scheduler(
            writer, [TestCluster.Profile(new RoomFilter(), new PreemptingPlugin(), new TestGangs())], new QueueOptions(), _time, new NoBindings(), _evictions);
    }

    [Test]
    public void A_node_that_loses_devices_while_room_is_held_there_stops_nobody()
    {
        for (int i = 0; i < 4; i++)
        {
            Place(i / 2, $"low{i}", priority: 1, device: i % 2);
        }

        Nominee nominee = Try("high", priority: 10, devices: 2).Preemption!.Nominees.Single();
        _scheduler.Cluster.SetNodes(TestCluster.Node(nominee.Node, devices: 1));
        _scheduler.Release(1 - nominee.Node, Placed(1 - nominee.Node)[0].Pod, Placed(1 - nominee.Node)[0].Class);
        Assert.That(Try("other", priority: 5, devices: 1).IsPlaced, "on the other node");
        Assert.That(_scheduler.Nominations.Count, Is.Zero, "one device is not enough, however long it waits");
        _scheduler.Nominations.AssertInvariants();
    }

    [Test]
    public void Nobody_is_evicted_for_a_device_that_another_bound_pod_states_as_well()
    {
        PlaceTwoTruths();
        Assert.That(
            Try("wants-one", priority: 10, devices: 1).Preemption!.Victims.Select(v => v.Pod.Name), Is.EqualTo(new[] { "middle" }),
            "what the one of lower priority leaves goes to whoever states it");
        Assert.That(Try("wants-two", priority: 10, devices: 2).Preemption, Is.Null);
    }

    [Test]
    public void A_gang_evicts_nobody_for_a_device_that_another_bound_pod_states_as_well()
    {
        PlaceTwoTruths();
        Assert.That(TryGang(pods: 1).Preemption!.Victims.Select(v => v.Pod.Name), Is.EqualTo(new[] { "middle" }));
    }

    [Test]
    public void Room_that_the_nominated_pod_does_not_take_is_tried_by_others_at_once()
    {
        Place(0, "leaving", priority: 1, device: 0);
        Place(0, "stays", priority: 20, device: 1);
        Place(1, "high0", priority: 20, device: 0);
        Place(1, "high1", priority: 20, device: 1);
        Pod high = Enqueue("high", priority: 10);
        Victim victim = _scheduler.ScheduleOne().Preemption!.Victims.Single();
        _scheduler.Release(victim.Node, victim.Pod, victim.Placement.Class);
        Enqueue("late", priority: 5);
        Assert.That(_scheduler.ScheduleOne().IsPlaced, Is.False, "the room is held");
        Assert.That(_scheduler.Queue.UnschedulableCount, Is.EqualTo(1));
        _scheduler.Abandon(high);
        Assert.That(_scheduler.Queue.UnschedulableCount, Is.Zero);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(_scheduler.ScheduleOne().IsPlaced);
    }

    [Test]
    public void A_gang_that_lacks_a_pod_holds_no_room()
    {
        for (int i = 0; i < 4; i++)
        {
            Place(i / 2, $"low{i}", priority: 1, device: i % 2);
        }

        AttemptResult result = TryGang(pods: 3);
        Assert.That(result.Preemption!.Nominees, Has.Length.EqualTo(3));
        Assert.That(_scheduler.Nominations.Count, Is.EqualTo(3));
        _scheduler.Abandon(result.Preemption.Nominees[0].Pod);
        Assert.That(_scheduler.Nominations.Count, Is.Zero, "two of three are not tried");
        _scheduler.Nominations.AssertInvariants();
    }

    [Test]
    public void A_gang_that_can_use_only_a_part_of_its_room_holds_none()
    {
        for (int i = 0; i < 4; i++)
        {
            Place(i / 2, $"low{i}", priority: 1, device: i % 2);
        }

        PreemptionPlan plan = TryGang(pods: 4).Preemption!;
        _scheduler.Cluster.RemoveNode(plan.Nominees[0].NodeName);
        int left = plan.Victims.First(v => v.Node != plan.Nominees[0].Node).Node;
        foreach (Victim victim in plan.Victims.Where(v => v.Node == left))
        {
            _scheduler.Release(victim.Node, victim.Pod, victim.Placement.Class);
        }

        _time.Advance(TimeSpan.FromMinutes(6));
        AttemptResult again = _scheduler.ScheduleOne();
        Assert.That(again.IsPlaced, Is.False);
        Assert.That(_scheduler.Nominations.Count, Is.Zero);
        Assert.That(Try("other", priority: 1, devices: 1).IsPlaced);
    }

    /// <summary>Pods of low and middle priority on one node, where another states the device of the first as well; the other node is full of those who stay.</summary>
    private void PlaceTwoTruths()
    {
        Place(0, "low", priority: 1, device: 0);
        Place(0, "middle", priority: 5, device: 1);
        State(0, "claims-0-too", priority: 20, device: 0);
        Place(1, "high0", priority: 20, device: 0);
        Place(1, "high1", priority: 20, device: 1);
    }

    private AttemptResult Try(string name, int priority, int devices)
    {
        Enqueue(name, priority, devices);
        return _scheduler.ScheduleOne();
    }

    private Pod Enqueue(string name, int priority, int devices = 1)
    {
        Pod pod = TestCluster.Pod(name, TestCluster.Spec(devices: devices), priority) with { Uid = name };
        _scheduler.Enqueue(pod);
        return pod;
    }

    private AttemptResult TryGang(int pods)
    {
        _scheduler.SetGang(TestGangs.Object("g", pods) with { Priority = 10 });
        for (int i = 0; i < pods; i++)
        {
            _scheduler.Enqueue(TestGangs.Pod("g", i, priority: 10));
        }

        return _scheduler.ScheduleOne();
    }

    private void Place(int node, string name, int priority, int device)
    {
        Pod pod = TestCluster.Pod(name, priority: priority) with { Uid = name };
        _scheduler.Cluster.Working.Place(node, pod, _scheduler.Cluster.Classes.Intern(pod.Spec), DeviceSet.Only(device));
    }

    private void State(int node, string name, int priority, int device)
    {
        Pod pod = TestCluster.Pod(name, priority: priority) with { Uid = name };
        Adoption.Adopt(_scheduler.Cluster.Working, node, pod, _scheduler.Cluster.Classes.Intern(pod.Spec), DeviceSet.Only(device));
    }

    private List<Placement> Placed(int node) =>
        [.. PreemptionOracle.Everybody(_scheduler.Cluster.Working).Where(e => e.Node == node).Select(e => e.Placement)];
}
