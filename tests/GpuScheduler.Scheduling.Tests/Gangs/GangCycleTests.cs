using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Scheduling.Tests;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GangCycleTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ManualBindings _bindings = new();

    [Test]
    public void All_pods_of_a_gang_get_their_places_in_one_attempt_and_their_binds_go_out_together()
    {
        Scheduler scheduler = Make(2);
        scheduler.SetGang(TestGangs.Object("train", 8));
        Enqueue(scheduler, "train", 8);
        AttemptResult result = scheduler.ScheduleOne();
        Assert.That(result.IsPlaced);
        Assert.That(result.Queued!.Pod.ToString(), Is.EqualTo("default/train"));
        Assert.That(result.Gang!.Members.Count(m => m.IsPlaced), Is.EqualTo(8));
        Assert.That(_bindings.Started, Has.Count.EqualTo(8));
        Assert.That(Free(scheduler), Is.Zero);
        scheduler.AssertInvariants();
        _bindings.FinishAll(scheduler);
        Assert.That(scheduler.Gangs.Find(TestGangs.Key("train"))!.IsStarted);
        Assert.That(scheduler.HeldCount, Is.Zero);
        Assert.That(scheduler.Queue.Count, Is.Zero);
        scheduler.AssertInvariants();
    }

    [Test]
    public void A_gang_that_lacks_one_device_holds_none_and_nothing_waits_for_it()
    {
        Scheduler scheduler = Make(2);
        scheduler.SetGang(TestGangs.Object("train", 9));
        Enqueue(scheduler, "train", 9);
        AttemptResult result = scheduler.ScheduleOne();
        Assert.That(result.IsPlaced, Is.False);
        Assert.That(result.Gang!.Members.Select(m => m.Status.IsRejected), Is.All.True.And.Exactly(9).Items);
        Assert.That(result.FitError!.Plugins, Is.EqualTo(new[] { "GangScheduling" }));
        Assert.That(Free(scheduler), Is.EqualTo(8));
        Assert.That(scheduler.HeldCount, Is.Zero);
        Assert.That(_bindings.Started, Is.Empty);
        scheduler.Enqueue(TestCluster.Pod("single", TestCluster.Spec(devices: 4)));
        Assert.That(scheduler.ScheduleOne().IsPlaced);
        scheduler.AssertInvariants();
    }

    [TestCase(1)]
    [TestCase(2)]
    public void Pods_of_a_gang_that_fit_on_no_node_are_told_why_in_kube_schedulers_sentence(int kinds)
    {
        Scheduler scheduler = Make(2);
        scheduler.SetGang(TestGangs.Object("train", kinds));
        for (int i = 0; i < kinds; i++)
        {
            scheduler.Enqueue(TestGangs.Pod("train", i, TestCluster.Spec(cpu: 100 + i, devices: 5)));
        }

        AttemptResult result = scheduler.ScheduleOne();
        Assert.That(result.Gang!.Members.Select(m => m.Status.Reason), Is.All.EqualTo("0/2 nodes are available: 2 Insufficient devices."));
        Assert.That(result.Gang.Placement.Message, Is.EqualTo("2 Insufficient devices"));
    }

    [Test]
    public void A_gang_waits_for_its_object_and_for_its_pods_and_says_so()
    {
        Scheduler scheduler = Make(2);
        Enqueue(scheduler, "train", 2);
        GangUnit gang = scheduler.Gangs.Find(TestGangs.Key("train"))!;
        Assert.That(gang.Wait, Is.EqualTo("waits for podgroups.scheduling.k8s.io default/train, which does not exist yet"));
        Assert.That(scheduler.ScheduleOne().Queued, Is.Null);
        scheduler.SetGang(TestGangs.Object("train", 3));
        Assert.That(gang.Wait, Is.EqualTo("has 2 of 3 pods"));
        Assert.That(scheduler.ScheduleOne().Queued, Is.Null);
        Assert.That(scheduler.Queue.GatedCount, Is.EqualTo(1));
        Assert.That(scheduler.Gangs.TryTakeNews(out GangUnit? news) && news == gang);
        Assert.That(scheduler.Gangs.TryTakeNews(out _), Is.False);
        scheduler.Enqueue(TestGangs.Pod("train", 2));
        Assert.That(gang.Wait, Is.Empty);
        Assert.That(scheduler.ScheduleOne().IsPlaced);
    }

    [Test]
    public void A_pod_with_scheduling_gates_counts_and_is_not_placed()
    {
        Scheduler scheduler = Make(2);
        scheduler.SetGang(TestGangs.Object("train", 2));
        Pod gated = TestGangs.Pod("train", 0) with { SchedulingGates = ["later"] };
        scheduler.Enqueue(gated);
        scheduler.Enqueue(TestGangs.Pod("train", 1));
        Assert.That(scheduler.ScheduleOne().Queued, Is.Null);
        Assert.That(scheduler.Gangs.Find(gated)!.Gang.Wait, Does.Contain("1 of its 2 pods are held back"));
        scheduler.Abandon(gated);
        scheduler.Enqueue(gated with { SchedulingGates = [] });
        Assert.That(scheduler.ScheduleOne().IsPlaced);
        scheduler.AssertInvariants();
    }

    [Test]
    public void A_gang_is_woken_by_what_helps_any_of_its_classes()
    {
        Scheduler scheduler = Make(1);
        Pod single = TestCluster.Pod("single", TestCluster.Spec(devices: 3));
        scheduler.Enqueue(single);
        AttemptResult first = scheduler.ScheduleOne();
        _bindings.FinishAll(scheduler);
        scheduler.SetGang(TestGangs.Object("pair", 2));
        scheduler.Enqueue(TestGangs.Pod("pair", 0, TestCluster.Spec(devices: 0)));
        scheduler.Enqueue(TestGangs.Pod("pair", 1, TestCluster.Spec(devices: 2)));
        Assert.That(scheduler.ScheduleOne().IsPlaced, Is.False);
        Assert.That(scheduler.Queue.UnschedulableCount, Is.EqualTo(1));
        scheduler.Release(first.Decision.Node, single, first.Queued!.Class);
        Assert.That(scheduler.Queue.UnschedulableCount, Is.Zero);
        Assert.That(scheduler.ScheduleOne().IsPlaced);
    }

    [Test]
    public void Pods_that_come_after_the_minimum_is_placed_are_placed_as_they_come()
    {
        Scheduler scheduler = Make(1);
        scheduler.SetGang(TestGangs.Object("elastic", 2));
        Enqueue(scheduler, "elastic", 3);
        Assert.That(scheduler.ScheduleOne().Gang!.Members.Count(m => m.IsPlaced), Is.EqualTo(3));
        _bindings.FinishAll(scheduler);
        scheduler.Enqueue(TestGangs.Pod("elastic", 3));
        scheduler.Enqueue(TestGangs.Pod("elastic", 4));
        AttemptResult second = scheduler.ScheduleOne();
        Assert.That(second.IsPlaced);
        Assert.That(second.Gang!.Members.Select(m => m.IsPlaced), Is.EquivalentTo(new[] { true, false }));
        Assert.That(scheduler.Queue.Count, Is.EqualTo(1), "the one without room waits");
        scheduler.AssertInvariants();
    }

    [Test]
    public void The_gang_of_higher_priority_goes_first_and_its_own_priority_counts_before_that_of_its_pods()
    {
        Scheduler scheduler = Make(1);
        scheduler.SetGang(TestGangs.Object("low", 2));
        scheduler.SetGang(TestGangs.Object("high", 2) with { Priority = 10 });
        Enqueue(scheduler, "low", 2, priority: 5);
        Enqueue(scheduler, "high", 2);
        scheduler.Enqueue(TestCluster.Pod("single", priority: 7));
        Assert.That(Names(scheduler, 3), Is.EqualTo(new[] { "high", "single", "low" }));
    }

    [TestCase("Reserve")]
    [TestCase("Permit")]
    public void One_pod_that_a_plugin_refuses_takes_the_whole_gang_back(string failing)
    {
        Refuser refuser = new() { Failing = failing, Pod = "train-2" };
        Scheduler scheduler = Make(1, refuser);
        scheduler.SetGang(TestGangs.Object("train", 4));
        Enqueue(scheduler, "train", 4);
        AttemptResult result = scheduler.ScheduleOne();
        Assert.That(result.IsPlaced, Is.False);
        Assert.That(Free(scheduler), Is.EqualTo(4));
        Assert.That(scheduler.HeldCount, Is.Zero);
        Assert.That(refuser.Reserved, Is.Empty, "all that was reserved was given back");
        Assert.That(_bindings.Started, Is.Empty);
        scheduler.AssertInvariants();
    }

    [Test]
    public void A_gang_of_which_permit_holds_one_pod_starts_when_that_one_is_allowed()
    {
        Refuser refuser = new() { Failing = "Wait", Pod = "train-2" };
        Scheduler scheduler = Make(1, refuser);
        scheduler.SetGang(TestGangs.Object("train", 4));
        Enqueue(scheduler, "train", 4);
        Assert.That(scheduler.ScheduleOne().IsPlaced);
        Assert.That(_bindings.Started, Is.Empty);
        Assert.That(scheduler.WaitingCount, Is.EqualTo(1));
        scheduler.Allow(scheduler.Gangs.Find(TestGangs.Key("train"))!.Pods.Single(p => p.Pod.Name == "train-2").Pod, refuser.Name);
        Assert.That(_bindings.Started, Has.Count.EqualTo(4));
    }

    [Test]
    public void A_gang_of_which_permit_turns_one_pod_away_too_late_gives_all_places_back()
    {
        Refuser refuser = new() { Failing = "Wait", Pod = "train-2" };
        Scheduler scheduler = Make(1, refuser);
        scheduler.SetGang(TestGangs.Object("train", 4));
        Enqueue(scheduler, "train", 4);
        scheduler.ScheduleOne();
        _time.Advance(TimeSpan.FromSeconds(30));
        scheduler.ExpireWaiting();
        Assert.That(Free(scheduler), Is.EqualTo(4));
        Assert.That(scheduler.HeldCount + scheduler.WaitingCount, Is.Zero);
        Assert.That(scheduler.Queue.Count, Is.EqualTo(1));
        scheduler.AssertInvariants();
    }

    [Test]
    public void Pods_of_one_gang_that_name_different_schedulers_wait_and_each_is_named()
    {
        Scheduler scheduler = new(
            TestCluster.Writer(1), [Profile([new TestGangs()]), Profile([new TestGangs()]) with { SchedulerName = "other" }], new QueueOptions(), _time, _bindings);
        scheduler.SetGang(TestGangs.Object("train", 2));
        scheduler.Enqueue(TestGangs.Pod("train", 0));
        scheduler.Enqueue(TestGangs.Pod("train", 1, TestCluster.Spec() with { SchedulerName = "other" }));
        Assert.That(
            scheduler.Gangs.Find(TestGangs.Key("train"))!.Wait,
            Is.EqualTo("its pods name different schedulers: \"test\" (pod train-0), \"other\" (pod train-1); give all of them one schedulerName"));
        Assert.That(scheduler.ScheduleOne().Queued, Is.Null);
    }

    [Test]
    public void Without_the_plugin_each_pod_of_a_gang_is_placed_alone()
    {
        Scheduler scheduler = new(TestCluster.Writer(1), [Profile([])], new QueueOptions(), _time, _bindings);
        scheduler.Enqueue(TestGangs.Pod("train", 0));
        Assert.That(scheduler.ScheduleOne() is { IsPlaced: true, Gang: null });
    }

    private static int Free(Scheduler scheduler)
    {
        int free = 0;
        foreach (Block block in scheduler.Cluster.Working.Blocks)
        {
            foreach (int lane in new Lanes(block.Nodes.Present))
            {
                free += block.WholeFree[lane];
            }
        }

        return free;
    }

    private static void Enqueue(Scheduler scheduler, string gang, int pods, int priority = 0)
    {
        for (int i = 0; i < pods; i++)
        {
            scheduler.Enqueue(TestGangs.Pod(gang, i, priority: priority));
        }
    }

    private static string[] Names(Scheduler scheduler, int attempts) =>
        [.. Enumerable.Range(0, attempts).Select(_ => scheduler.ScheduleOne().Queued!.Pod.Name)];

    private static Profile Profile(IPlugin[] plugins) => TestCluster.Profile([new RoomFilter(), .. plugins]);

    private Scheduler Make(int nodes, params IPlugin[] plugins) =>
        new(TestCluster.Writer(nodes), [Profile([new TestGangs(), .. plugins])], new QueueOptions(), _time, _bindings);

    [Test]
    public void A_gang_that_needs_no_pod_at_once_waits_where_there_is_no_node()
    {
        Scheduler scheduler = new(TestCluster.Writer(0), [TestCluster.Profile(new RoomFilter(), new TestGangs())], new QueueOptions(), TimeProvider.System, new NoBindings());
        scheduler.SetGang(TestGangs.Object("g", 0, new GangGroup { Name = "a" }, new GangGroup { Name = "b" }));
        scheduler.Enqueue(TestGangs.Pod("g", 0, group: "a"));
        Assert.That(scheduler.ScheduleOne().Status.Code, Is.EqualTo(StatusCode.Unschedulable));
    }

    private sealed class Refuser : IReservePlugin, IPermitPlugin
    {
        public string Name => "Refuser";

        public string Failing { get; init; } = "";

        public string Pod { get; init; } = "";

        public HashSet<string> Reserved { get; } = [];

        public Status Reserve(NodeReservation reservation)
        {
            Reserved.Add(reservation.Pod.Name);
            return Failing == "Reserve" && reservation.Pod.Name == Pod ? Status.Unschedulable("no") : Status.Success;
        }

        public void Unreserve(NodeReservation reservation) => Reserved.Remove(reservation.Pod.Name);

        public PermitResult Permit(NodeReservation reservation) =>
            reservation.Pod.Name != Pod || Failing == "Reserve" ? new PermitResult(Status.Success)
            : Failing == "Wait" ? new PermitResult(new Status(StatusCode.Wait), TimeSpan.FromSeconds(30))
            : new PermitResult(Status.Unschedulable("no"));
    }
}
