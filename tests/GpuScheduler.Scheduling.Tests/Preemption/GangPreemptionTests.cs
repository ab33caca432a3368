using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Scheduling.Tests;

[TestFixture]
public sealed class GangPreemptionTests
{
    private const string Rack = "topology.kubernetes.io/rack";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly RecordedEvictions _evictions = new();
    private Scheduler _scheduler = null!;

    [SetUp]
    public void SetUp()
    {
        _evictions.Plans.Clear();
        _evictions.Leaving.Clear();
        ClusterWriter writer = new(TieKeys.Seeded(1));
        writer.SetNodes(Enumerable.Range(0, 6).Select(i => TestCluster.Node(i, devices: 2) with { Labels = LabelSet.Of((Rack, $"r{i / 2}")) }));
        Profile profile = TestCluster.Profile(new RoomFilter(), new PreemptingPlugin(), new TestGangs());
        _scheduler = new Scheduler(writer, [profile], new QueueOptions(), _time, new NoBindings(), _evictions);
    }

    [Test]
    public void A_gang_gets_the_rack_that_costs_least_and_nobody_else_goes()
    {
        for (int i = 0; i < 6; i++)
        {
            Place(i, $"a{i}", priority: i / 2 == 1 ? 1 : 5, device: 0);
            Place(i, $"b{i}", priority: i / 2 == 1 ? 2 : 5, device: 1);
        }

        AttemptResult result = TryGang(pods: 3, priority: 10);
        Assert.That(result.IsPlaced, Is.False);
        PreemptionPlan plan = result.Preemption!;
        Assert.That(plan.Nominees.Select(n => n.Node).Distinct(), Is.EquivalentTo(new[] { 2, 3 }), "the rack of lower priorities");
        Assert.That(plan.Victims.Select(v => v.Pod.Name).ToArray(), Has.Length.EqualTo(3).And.SubsetOf(new[] { "a2", "b2", "a3", "b3" }));
        Assert.That(plan.Victims.Select(v => v.Pod.Priority).Order(), Is.EqualTo(new[] { 1, 1, 2 }), "the more important is kept");
        Assert.That(result.Status.Reason, Does.Contain("preemption: found a potential placement for 3 pods, preempting 3 victims."));
        _scheduler.Nominations.AssertInvariants();
    }

    [Test]
    public void The_room_is_held_until_the_gang_is_placed_whole()
    {
        for (int i = 0; i < 6; i++)
        {
            Place(i, $"a{i}", priority: i == 0 ? 1 : 20, device: 0);
            Place(i, $"b{i}", priority: i == 0 ? 1 : 20, device: 1);
        }

        PreemptionPlan plan = TryGang(pods: 2, priority: 10).Preemption!;
        Leave(plan.Victims[0]);
        _scheduler.Enqueue(TestCluster.Pod("late", priority: 9));
        _time.Advance(TimeSpan.FromMinutes(1));
        while (_scheduler.ScheduleOne() is { Queued: not null } result)
        {
            Assert.That(result.IsPlaced, Is.False, "neither the half of the gang nor the late pod");
        }

        Leave(plan.Victims[1]);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(_scheduler.ScheduleOne().IsPlaced, "the gang");
        Assert.That(_scheduler.Nominations.Count, Is.Zero);
        Assert.That(PreemptionOracle.Everybody(_scheduler.Cluster.Working).Count(e => e.Placement.Pod.Name.StartsWith('g')), Is.EqualTo(2));
        Assert.That(_evictions.Plans, Has.Count.EqualTo(1), "nobody was evicted twice");
    }

    [Test]
    public void A_gang_for_which_no_domain_would_do_evicts_nobody()
    {
        Place(0, "low", priority: 1, device: 0);
        for (int i = 0; i < 6; i++)
        {
            Place(i, $"high{i}", priority: 20, device: 1);
        }

        AttemptResult result = TryGang(pods: 7, priority: 10);
        Assert.That(result.Preemption, Is.Null);
        Assert.That(_evictions.Plans, Is.Empty);
        Assert.That(result.Status.Reason, Does.Contain("preemption: in none of the domains tried"));
    }

    private AttemptResult TryGang(int pods, int priority)
    {
        GangKey key = new("podgroups.scheduling.k8s.io", "default", "gang");
        _scheduler.SetGang(new GangObject { Key = key, Group = new GangGroup { MinPods = pods }, Priority = priority });
        for (int i = 0; i < pods; i++)
        {
            _scheduler.Enqueue(TestCluster.Pod($"g{i}", priority: priority) with { Uid = $"g{i}", Gang = new GangMembership(key) });
        }

        return _scheduler.ScheduleOne();
    }

    private void Place(int node, string name, int priority, int device)
    {
        Pod pod = TestCluster.Pod(name, priority: priority) with { Uid = name };
        _scheduler.Cluster.Working.Place(node, pod, _scheduler.Cluster.Classes.Intern(pod.Spec), DeviceSet.Only(device));
    }

    private void Leave(Victim victim) => _scheduler.Release(victim.Node, victim.Pod, victim.Placement.Class);
}
