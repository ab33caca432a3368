using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Scheduling.Tests;

[TestFixture]
public sealed class PluginTimesTests
{
    private FakeTimeProvider _time = null!;
    private RecordedObserver _observer = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new FakeTimeProvider();
        _observer = new RecordedObserver();
    }

    [Test]
    public void An_attempt_tells_how_long_each_plugin_and_each_point_took()
    {
        Scheduler scheduler = Make(new Slow("A", _time, filter: 3, score: 5), new Slow("B", _time, filter: 4, score: 7));
        Attempt(scheduler, "p");
        Assert.That(
            _observer.Plugins,
            Is.EqualTo(new[]
            {
                ("A", ExtensionPoints.Filter, StatusCode.Success, Ms(3)), ("B", ExtensionPoints.Filter, StatusCode.Success, Ms(4)),
                ("A", ExtensionPoints.Score, StatusCode.Success, Ms(5)), ("B", ExtensionPoints.Score, StatusCode.Success, Ms(7)),
            }));
        Assert.That(
            _observer.Points,
            Is.EqualTo(new[]
            {
                (ExtensionPoints.Filter, TestCluster.SchedulerName, StatusCode.Success, Ms(7)), (ExtensionPoints.Score, TestCluster.SchedulerName, StatusCode.Success, Ms(12)),
            }));
    }

    [Test]
    public void A_point_that_says_no_is_told_with_its_answer()
    {
        Scheduler scheduler = Make(new Slow("A", _time, filter: 1, score: 1), new Refusal(_time));
        Attempt(scheduler, "p");
        Assert.That(_observer.Points[^1], Is.EqualTo((ExtensionPoints.Reserve, TestCluster.SchedulerName, StatusCode.Unschedulable, Ms(9))));
    }

    [Test]
    public void Nodes_whose_answer_is_known_already_take_no_time()
    {
        Scheduler scheduler = Make(200, new Slow("A", _time, filter: 3, score: 5));
        Attempt(scheduler, "p");
        _observer.Points.Clear();
        _time.Advance(Ms(1));
        Attempt(scheduler, "q");
        Assert.That(_observer.Points.Select(p => p.Took), Is.EqualTo(new[] { Ms(3), Ms(5) }), "the plugin was asked about one block of four, that of the node that took p");
    }

    [Test]
    public void Attempts_that_follow_each_other_within_a_millisecond_are_not_all_timed()
    {
        Scheduler scheduler = Make(new Slow("A", _time, filter: 0, score: 0));
        for (int i = 0; i < 40; i++)
        {
            Attempt(scheduler, $"p{i}");
            _time.Advance(TimeSpan.FromMicroseconds(100));
        }

        Assert.That(_observer.Points.Count(p => p.Point == ExtensionPoints.Filter), Is.EqualTo(4));
    }

    [Test]
    public void How_long_a_pod_waited_on_permit_is_told_when_it_goes_on_and_when_it_is_turned_away()
    {
        Waits waits = new();
        Scheduler scheduler = Make(waits, new Slow("A", _time, filter: 0, score: 0));
        Pod first = Attempt(scheduler, "p"), second = Attempt(scheduler, "q");
        _time.Advance(TimeSpan.FromSeconds(2));
        scheduler.Allow(first, waits.Name);
        _time.Advance(TimeSpan.FromSeconds(3));
        scheduler.RejectWaiting(second, Status.Unschedulable("no more"));
        Assert.That(_observer.Permits, Is.EqualTo(new[] { (StatusCode.Success, TimeSpan.FromSeconds(2)), (StatusCode.Unschedulable, TimeSpan.FromSeconds(5)) }));
    }

    private Scheduler Make(params IPlugin[] plugins) => Make(1, plugins);

    private Scheduler Make(int nodes, params IPlugin[] plugins)
    {
        ClusterWriter writer = TestCluster.Writer(nodes);
        return new Scheduler(writer, [TestCluster.Profile(plugins)], new QueueOptions(), _time, new ManualBindings(), observer: _observer);
    }

    private static Pod Attempt(Scheduler scheduler, string name)
    {
        Pod pod = TestCluster.Pod(name, TestCluster.Spec(devices: 0));
        scheduler.Enqueue(pod);
        scheduler.ScheduleOne();
        return pod;
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    /// <summary>Takes its time.</summary>
    private sealed class Slow(string name, FakeTimeProvider time, int filter, int score) : IFilterPlugin, IScorePlugin
    {
        public string Name => name;

        public Reads FilterReads => Reads.Nodes | Reads.Usage;

        public Reads ScoreReads => Reads.Nodes | Reads.Usage;

        public ulong Filter(in PluginContext context, Block block, ulong lanes)
        {
            time.Advance(Ms(filter));
            return lanes;
        }

        public void Explain(in PluginContext context, Block block, ulong rejected, Rejections into)
        {
        }

        public void Score(in PluginContext context, Block block, ulong lanes, Span<int> scores)
        {
            time.Advance(Ms(score));
            scores.Clear();
        }
    }

    private sealed class Refusal(FakeTimeProvider time) : IReservePlugin
    {
        public string Name => "Refusal";

        public Status Reserve(NodeReservation reservation)
        {
            time.Advance(Ms(9));
            return Status.Unschedulable("never");
        }

        public void Unreserve(NodeReservation reservation)
        {
        }
    }

    private sealed class Waits : IPermitPlugin
    {
        public string Name => "Waits";

        public PermitResult Permit(NodeReservation reservation) => new(new Status(StatusCode.Wait), TimeSpan.FromMinutes(1));
    }
}
