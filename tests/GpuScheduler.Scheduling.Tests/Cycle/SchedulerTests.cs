using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Scheduling.Tests;

[TestFixture]
public sealed class SchedulerTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public void A_pod_goes_through_every_point_in_order()
    {
        Recorder recorder = new();
        Scheduler scheduler = Make(1, new RoomFilter(), recorder);
        scheduler.Enqueue(TestCluster.Pod("p"));
        AttemptResult result = scheduler.ScheduleOne();
        Assert.That(result.IsPlaced);
        Assert.That(recorder.Calls, Is.EqualTo(new[] { "Reserve", "Permit", "PreFlight", "PreBind", "Bind", "PostBind" }));
        Assert.That(scheduler.Queue.Count, Is.Zero);
    }

    [TestCase("Reserve")]
    [TestCase("Permit")]
    [TestCase("PreBind")]
    [TestCase("Bind")]
    public void A_failure_after_the_decision_gives_everything_back(string failing)
    {
        Recorder recorder = new() { Failing = failing };
        Scheduler scheduler = Make(1, new RoomFilter(), recorder);
        scheduler.Enqueue(TestCluster.Pod("p"));
        scheduler.ScheduleOne();
        Assert.That(recorder.Calls[^1], Is.EqualTo("Unreserve"));
        Assert.That(scheduler.Cluster.Working.Blocks[0].WholeFree[0], Is.EqualTo(4));
        Assert.That(scheduler.Queue.Count, Is.EqualTo(1), "the pod waits for another try");
        scheduler.Cluster.Working.AssertInvariants();
    }

    [Test]
    public void A_pod_that_permit_holds_keeps_its_devices_until_it_is_allowed()
    {
        Recorder recorder = new() { Waits = true };
        Scheduler scheduler = Make(1, new RoomFilter(), recorder);
        Pod pod = TestCluster.Pod("p");
        scheduler.Enqueue(pod);
        scheduler.ScheduleOne();
        Assert.That(scheduler.WaitingCount, Is.EqualTo(1));
        Assert.That(scheduler.Cluster.Working.Blocks[0].WholeFree[0], Is.EqualTo(3));
        scheduler.Allow(pod, recorder.Name);
        Assert.That(scheduler.WaitingCount, Is.Zero);
        Assert.That(recorder.Calls[^1], Is.EqualTo("PostBind"));
    }

    [Test]
    public void A_pod_that_waits_too_long_in_permit_is_turned_away()
    {
        Recorder recorder = new() { Waits = true };
        Scheduler scheduler = Make(1, new RoomFilter(), recorder);
        scheduler.Enqueue(TestCluster.Pod("p"));
        scheduler.ScheduleOne();
        _time.Advance(TimeSpan.FromSeconds(29));
        scheduler.ExpireWaiting();
        Assert.That(scheduler.WaitingCount, Is.EqualTo(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        scheduler.ExpireWaiting();
        Assert.That(scheduler.WaitingCount, Is.Zero);
        Assert.That(scheduler.Cluster.Working.Blocks[0].WholeFree[0], Is.EqualTo(4));
        Assert.That(scheduler.Queue.UnschedulableCount, Is.EqualTo(1));
    }

    [Test]
    public void A_pod_waits_until_another_leaves()
    {
        Scheduler scheduler = Make(1, new RoomFilter());
        Pod big = TestCluster.Pod("big", TestCluster.Spec(devices: 4));
        scheduler.Enqueue(big);
        AttemptResult first = scheduler.ScheduleOne();
        scheduler.Enqueue(TestCluster.Pod("late"));
        AttemptResult second = scheduler.ScheduleOne();
        Assert.That(second.IsPlaced, Is.False);
        Assert.That(second.FitError!.Message, Is.EqualTo("0/1 nodes are available: 1 Insufficient devices."));
        Assert.That(scheduler.ScheduleOne().Queued, Is.Null);
        scheduler.Release(first.Decision.Node, big, first.Queued!.Class);
        Assert.That(scheduler.ScheduleOne().IsPlaced);
    }

    [Test]
    public void A_pod_of_a_scheduler_that_no_profile_serves_is_refused()
    {
        Scheduler scheduler = Make(1, new RoomFilter());
        Assert.That(
            () => scheduler.Enqueue(TestCluster.Pod("p", TestCluster.Spec() with { SchedulerName = "other" })),
            Throws.ArgumentException.With.Message.Contains("\"other\""));
    }

    [Test]
    public void A_plugin_that_throws_costs_its_pod_one_attempt_and_others_nothing()
    {
        Thrower thrower = new() { IsBroken = true };
        Scheduler scheduler = Make(1, new RoomFilter(), thrower);
        scheduler.Enqueue(TestCluster.Pod("p"));
        AttemptResult result = scheduler.ScheduleOne();
        Assert.That(result.Status.Code, Is.EqualTo(StatusCode.Error));
        Assert.That(result.Status.Reason, Does.Contain("out of order"));
        Assert.That(scheduler.Cluster.Working.Blocks[0].WholeFree[0], Is.EqualTo(4));
        thrower.IsBroken = false;
        scheduler.Enqueue(TestCluster.Pod("q"));
        Assert.That(scheduler.ScheduleOne().Queued!.Pod.Name, Is.EqualTo("q"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(scheduler.ScheduleOne().IsPlaced);
    }

    private Scheduler Make(int nodes, params IPlugin[] plugins) =>
        new(TestCluster.Writer(nodes), [TestCluster.Profile(plugins)], new QueueOptions(), _time, new Inline());

    private sealed class Inline : IBindingPipeline
    {
        public bool Binds => false;

        public void Start(Scheduler scheduler, Profile profile, QueuedPodInfo queued, NodeReservation reservation) =>
            scheduler.Finish(
                queued, BindingCycle.RunAsync(profile, reservation, CancellationToken.None).AsTask().GetAwaiter().GetResult());
    }

    private sealed class Thrower : NodeFilter
    {
        public override string Name => "Thrower";

        public override Reads FilterReads => Reads.Nodes;

        public bool IsBroken { get; set; }

        protected override Status Filter(in PluginContext context, NodeInfo node) =>
            IsBroken ? throw new InvalidOperationException("out of order") : Status.Success;
    }

    private sealed class Recorder : IReservePlugin, IPermitPlugin, IPreBindPlugin, IBindPlugin, IPostBindPlugin
    {
        public string Name => "Recorder";

        public List<string> Calls { get; } = [];

        public string Failing { get; init; } = "";

        public bool Waits { get; init; }

        public Status Reserve(NodeReservation reservation) => Answer("Reserve");

        public void Unreserve(NodeReservation reservation) => Calls.Add("Unreserve");

        public PermitResult Permit(NodeReservation reservation)
        {
            Status status = Answer("Permit");
            return Waits ? new PermitResult(new Status(StatusCode.Wait), TimeSpan.FromSeconds(30)) : new PermitResult(status);
        }

        public PreBindPreFlightResult PreBindPreFlight(NodeReservation reservation)
        {
            Calls.Add("PreFlight");
            return default;
        }

        public ValueTask<Status> PreBindAsync(NodeReservation reservation, CancellationToken cancellation) => new(Answer("PreBind"));

        public ValueTask<Status> BindAsync(NodeReservation reservation, CancellationToken cancellation) => new(Answer("Bind"));

        public void PostBind(NodeReservation reservation) => Calls.Add("PostBind");

        private Status Answer(string point)
        {
            Calls.Add(point);
            return point == Failing ? Status.Error($"{point} failed") : Status.Success;
        }
    }
}
