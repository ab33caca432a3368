using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Scheduling.Tests;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GangRepairTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ManualBindings _bindings = new();

    [Test]
    public void A_member_that_could_not_be_bound_is_placed_again_beside_the_bound_ones()
    {
        Scheduler scheduler = Start(nodes: 2, pods: 4);
        _bindings.Finish(scheduler, Pod(scheduler, 0), Status.Success);
        Send(scheduler);
        _bindings.Finish(scheduler, Pod(scheduler, 1), Status.Error("refused"));
        scheduler.AssertInvariants();
        Assert.That(Unit(scheduler).IsUnderRepair);
        _time.Advance(TimeSpan.FromSeconds(1));
        AttemptResult repair = scheduler.ScheduleOne();
        Assert.That(repair.Gang!.Members.Single().Queued!.Pod.Name, Is.EqualTo("train-1"));
        Assert.That(repair.IsPlaced);
        _bindings.FinishAll(scheduler);
        Assert.That(Unit(scheduler) is { IsStarted: true, IsUnderRepair: false });
        Assert.That(scheduler.TryTakeEviction(out _), Is.False);
        scheduler.AssertInvariants();
    }

    [Test]
    public void Members_of_which_nothing_was_sent_give_their_places_back_when_another_fails()
    {
        Scheduler scheduler = Start(nodes: 1, pods: 4);
        _bindings.Send(Pod(scheduler, 0));
        _bindings.Send(Pod(scheduler, 1));
        _bindings.Finish(scheduler, Pod(scheduler, 1), Status.Error("refused"));
        Assert.That(States(scheduler), Is.EqualTo(new[] { GangPodState.Held, GangPodState.Pending, GangPodState.Pending, GangPodState.Pending }));
        Assert.That(_bindings.Started, Has.Count.EqualTo(1));
        scheduler.AssertInvariants();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(scheduler.ScheduleOne().Gang!.Members.Count(m => m.IsPlaced), Is.EqualTo(3));
    }

    [Test]
    public void A_gang_that_cannot_be_repaired_is_evicted_and_waits_as_a_whole()
    {
        Scheduler scheduler = Start(nodes: 1, pods: 4);
        Send(scheduler);
        _bindings.Finish(scheduler, Pod(scheduler, 0), Status.Success);
        _bindings.Finish(scheduler, Pod(scheduler, 1), Status.Success);
        _bindings.Finish(scheduler, Pod(scheduler, 2), Status.Error("refused"));
        Pod thief = TestCluster.Pod("thief");
        scheduler.Adopt(0, thief, scheduler.Cluster.Classes.Intern(thief.Spec), DeviceSet.Empty);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(scheduler.ScheduleOne().IsPlaced, Is.False);
        Assert.That(scheduler.TryTakeEviction(out GangEviction? eviction));
        Assert.That(eviction!.Pods.Select(p => p.Name), Is.EqualTo(new[] { "train-0", "train-1" }));
        Assert.That(eviction.Message, Does.StartWith("pods that it needs could not be bound"));
        Assert.That(States(scheduler), Is.EqualTo(new[] { GangPodState.Leaving, GangPodState.Leaving, GangPodState.Pending, GangPodState.Leaving }));
        scheduler.AssertInvariants();

        // The last one's bind was on the way: it is evicted when it turns out to be bound.
        _bindings.FinishAll(scheduler);
        Assert.That(scheduler.TryTakeEviction(out eviction));
        Assert.That(eviction!.Pods.Single().Name, Is.EqualTo("train-3"));
        Assert.That(Unit(scheduler).Wait, Is.EqualTo("has 1 of 4 pods"));
        foreach (int i in new[] { 0, 1, 3 })
        {
            Pod evicted = Pod(scheduler, i);
            Assert.That(scheduler.Release(0, evicted, scheduler.Cluster.Classes.Intern(evicted.Spec)));
            scheduler.Enqueue(TestGangs.Pod("train", i));
        }

        scheduler.Release(0, thief, scheduler.Cluster.Classes.Intern(thief.Spec));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(scheduler.ScheduleOne().IsPlaced);
        scheduler.AssertInvariants();
    }

    [Test]
    public void A_gang_all_of_whose_binds_fail_is_tried_anew_and_nobody_is_evicted()
    {
        Scheduler scheduler = Start(nodes: 1, pods: 4);
        Send(scheduler);
        for (int i = 0; i < 4; i++)
        {
            _bindings.Finish(scheduler, Pod(scheduler, i), Status.Error("refused"));
            scheduler.AssertInvariants();
        }

        Assert.That(scheduler.HeldCount, Is.Zero);
        Assert.That(Unit(scheduler).StartingSince, Is.Null);
        Assert.That(scheduler.TryTakeEviction(out _), Is.False);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(scheduler.ScheduleOne().Gang!.Members.Count(m => m.IsPlaced), Is.EqualTo(4));
    }

    [Test]
    public void A_member_deleted_while_the_gang_is_bound_is_waited_for_until_the_time_is_over()
    {
        Scheduler scheduler = Start(nodes: 1, pods: 4);
        Send(scheduler);
        Pod deleted = Pod(scheduler, 3);
        scheduler.Abandon(deleted);
        _bindings.Finish(scheduler, Pod(scheduler, 0), Status.Success);
        _bindings.Finish(scheduler, Pod(scheduler, 1), Status.Success);
        _bindings.Finish(scheduler, Pod(scheduler, 2), Status.Success);
        scheduler.AssertInvariants();
        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        scheduler.ExpireWaiting();
        Assert.That(scheduler.TryTakeEviction(out _), Is.False);
        _time.Advance(TimeSpan.FromSeconds(1));
        scheduler.ExpireWaiting();
        Assert.That(scheduler.TryTakeEviction(out GangEviction? eviction));
        Assert.That(eviction!.Pods, Has.Length.EqualTo(3));
        Assert.That(eviction.Message, Does.Contain("300 s"));
        scheduler.AssertInvariants();
    }

    [Test]
    public void A_member_that_comes_in_the_place_of_a_deleted_one_completes_the_gang()
    {
        Scheduler scheduler = Start(nodes: 1, pods: 4);
        Send(scheduler);
        scheduler.Abandon(Pod(scheduler, 3));
        scheduler.Enqueue(TestGangs.Pod("train", 3));
        Assert.That(scheduler.ScheduleOne().IsPlaced);
        _bindings.FinishAll(scheduler);
        Assert.That(Unit(scheduler).IsStarted);
        scheduler.AssertInvariants();
    }

    [Test]
    public void A_node_that_goes_while_binding_costs_the_gang_a_repair()
    {
        Scheduler scheduler = Start(nodes: 2, pods: 5);
        Send(scheduler);
        GangPod lost = Unit(scheduler).Pods.GroupBy(p => p.Node).MinBy(g => g.Count())!.Single();
        scheduler.Cluster.RemoveNode(lost.Node);
        _bindings.Finish(scheduler, lost.Pod, Status.Error("there is no such node"));
        _bindings.FinishAll(scheduler);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(scheduler.ScheduleOne().IsPlaced, Is.False);
        Assert.That(scheduler.TryTakeEviction(out GangEviction? eviction));
        Assert.That(eviction!.Pods, Has.Length.EqualTo(4));
        scheduler.AssertInvariants();
    }

    [Test]
    public void A_gang_whose_object_goes_or_changes_keeps_the_places_it_holds()
    {
        Scheduler scheduler = Start(nodes: 1, pods: 3);
        scheduler.RemoveGang(TestGangs.Key("train"));
        Assert.That(scheduler.HeldCount, Is.EqualTo(3));
        _bindings.FinishAll(scheduler);
        scheduler.Enqueue(TestGangs.Pod("train", 3));
        Assert.That(Unit(scheduler).Wait, Does.StartWith("waits for podgroups.scheduling.k8s.io default/train"));
        scheduler.SetGang(TestGangs.Object("train", 4));
        Assert.That(scheduler.ScheduleOne().IsPlaced);
        _bindings.FinishAll(scheduler);
        Assert.That(scheduler.TryTakeEviction(out _), Is.False);
        scheduler.AssertInvariants();
    }

    [Test]
    public void A_started_gang_that_loses_a_pod_is_left_alone_and_its_replacement_is_placed_alone()
    {
        Scheduler scheduler = Start(nodes: 1, pods: 4);
        _bindings.FinishAll(scheduler);
        Pod ended = Pod(scheduler, 0), failed = Pod(scheduler, 1);
        scheduler.Release(0, ended, scheduler.Cluster.Classes.Intern(ended.Spec));
        scheduler.Release(0, failed, scheduler.Cluster.Classes.Intern(failed.Spec));
        scheduler.Enqueue(TestGangs.Pod("train", 1));
        Assert.That(scheduler.ScheduleOne().IsPlaced, "though only three of four are there");
        _time.Advance(TimeSpan.FromHours(1));
        scheduler.ExpireWaiting();
        Assert.That(scheduler.TryTakeEviction(out _), Is.False);
        scheduler.AssertInvariants();
    }

    [Test]
    public void A_gang_that_an_earlier_leader_left_half_bound_is_completed()
    {
        Scheduler scheduler = Make(1);
        scheduler.SetGang(TestGangs.Object("train", 4));
        for (int i = 0; i < 2; i++)
        {
            Pod bound = TestGangs.Pod("train", i);
            scheduler.Adopt(0, bound, scheduler.Cluster.Classes.Intern(bound.Spec), DeviceSet.Only(i));
        }

        scheduler.Enqueue(TestGangs.Pod("train", 2));
        Assert.That(scheduler.ScheduleOne().Queued, Is.Null);
        scheduler.Enqueue(TestGangs.Pod("train", 3));
        Assert.That(scheduler.ScheduleOne().Gang!.Members.Count(m => m.IsPlaced), Is.EqualTo(2));
        _bindings.FinishAll(scheduler);
        Assert.That(Unit(scheduler).IsStarted);
        scheduler.AssertInvariants();
    }

    private static GangUnit Unit(Scheduler scheduler) => scheduler.Gangs.Find(TestGangs.Key("train"))!;

    private static Pod Pod(Scheduler scheduler, int index) => Unit(scheduler).Pods.Single(p => p.Pod.Name == $"train-{index}").Pod;

    private static GangPodState[] States(Scheduler scheduler) =>
        [.. Unit(scheduler).Pods.OrderBy(p => p.Pod.Name, StringComparer.Ordinal).Select(p => p.State)];

    private void Send(Scheduler scheduler)
    {
        foreach (GangPod pod in Unit(scheduler).Pods)
        {
            _bindings.Send(pod.Pod);
        }
    }

    private Scheduler Make(int nodes) =>
        new(TestCluster.Writer(nodes), [TestCluster.Profile(new RoomFilter(), new TestGangs())], new QueueOptions(), _time, _bindings);

    /// <summary>A gang that is being bound.</summary>
    private Scheduler Start(int nodes, int pods)
    {
        Scheduler scheduler = Make(nodes);
        scheduler.SetGang(TestGangs.Object("train", pods));
        for (int i = 0; i < pods; i++)
        {
            scheduler.Enqueue(TestGangs.Pod("train", i));
        }

        Assert.That(scheduler.ScheduleOne().IsPlaced);
        return scheduler;
    }
}
