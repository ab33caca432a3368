using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Scheduling.Tests;

[TestFixture]
public sealed class SchedulingQueueTests
{
    private static readonly ClusterChange PodGone = new(new ClusterEvent(EventResource.AssignedPod, ActionTypes.Delete));
    private static readonly ClusterChange NodeCame = new(new ClusterEvent(EventResource.Node, ActionTypes.Add));

    private FakeTimeProvider _time = null!;
    private PodClassTable _classes = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new FakeTimeProvider();
        _classes = new PodClassTable(new Vocabulary());
    }

    [Test]
    public void Higher_priority_goes_first_and_then_who_came_first()
    {
        SchedulingQueue queue = Queue();
        foreach ((string name, int priority) in new[] { ("a", 0), ("b", 5), ("c", 5), ("d", 9) })
        {
            Add(queue, name, priority);
        }

        Assert.That(Drain(queue), Is.EqualTo(new[] { "d", "b", "c", "a" }));
    }

    [Test]
    public void A_rejected_pod_sleeps_through_events_that_cannot_help_it()
    {
        SchedulingQueue queue = Queue(new Waiter("Room", PodGone.Event));
        Add(queue, "p");
        queue.Reject(queue.Pop()!, ["Room"]);

        Assert.That(queue.Move(NodeCame), Is.Zero);
        Assert.That(queue.Pop(), Is.Null);
        Assert.That(queue.Move(PodGone), Is.EqualTo(1));
        Assert.That(queue.Pop()!.Pod.Name, Is.EqualTo("p"));
    }

    [Test]
    public void A_hint_that_says_skip_keeps_the_pod_asleep()
    {
        SchedulingQueue queue = Queue(new Waiter("Room", PodGone.Event, QueueingHint.Skip));
        Add(queue, "p");
        queue.Reject(queue.Pop()!, ["Room"]);
        Assert.That(queue.Move(PodGone), Is.Zero);
    }

    [Test]
    public void Any_event_wakes_a_pod_that_a_plugin_without_hints_rejected()
    {
        SchedulingQueue queue = Queue(new PoolFilter());
        Add(queue, "p");
        queue.Reject(queue.Pop()!, ["Pool"]);
        Assert.That(queue.Move(NodeCame), Is.EqualTo(1));
    }

    [Test]
    public void An_event_during_the_attempt_is_replayed_when_the_pod_is_rejected()
    {
        SchedulingQueue queue = Queue(new Waiter("Room", PodGone.Event));
        Add(queue, "p");
        QueuedPodInfo popped = queue.Pop()!;
        queue.Move(PodGone);
        queue.Reject(popped, ["Room"]);
        Assert.That(queue.UnschedulableCount, Is.Zero);
        Assert.That(queue.BackoffCount, Is.EqualTo(1));
    }

    [Test]
    public void An_event_before_the_attempt_is_not_replayed()
    {
        SchedulingQueue queue = Queue(new Waiter("Room", PodGone.Event));
        Add(queue, "p");
        queue.Move(PodGone);
        queue.Reject(queue.Pop()!, ["Room"]);
        Assert.That(queue.UnschedulableCount, Is.EqualTo(1));
    }

    [Test]
    public void Backoff_doubles_with_each_rejection_up_to_the_maximum()
    {
        SchedulingQueue queue = Queue();
        QueuedPodInfo queued = new(TestCluster.Pod("p"), _classes.Intern(TestCluster.Spec()), _time.GetUtcNow());
        double[] seconds = [.. Enumerable.Range(1, 6).Select(n =>
        {
            queued.UnschedulableCount = n;
            return queue.BackoffOf(queued).TotalSeconds;
        })];
        Assert.That(seconds, Is.EqualTo(new[] { 1, 2, 4, 8, 10, 10.0 }));
    }

    [Test]
    public void A_pod_that_an_error_stopped_waits_out_its_backoff()
    {
        SchedulingQueue queue = Queue();
        Add(queue, "p");
        queue.Retry(queue.Pop()!);
        Assert.That(queue.Pop(), Is.Null);
        Assert.That(queue.NextWakeUp(), Is.EqualTo(_time.GetUtcNow() + TimeSpan.FromSeconds(1)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(queue.Pop(), Is.Not.Null);
    }

    [Test]
    public void A_pod_that_nothing_woke_is_tried_again_after_five_minutes()
    {
        SchedulingQueue queue = Queue(new Waiter("Room", PodGone.Event));
        Add(queue, "p");
        queue.Reject(queue.Pop()!, ["Room"]);
        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.That(queue.Pop(), Is.Null);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.That(queue.Pop(), Is.Not.Null);
    }

    [Test]
    public void A_gated_pod_waits_until_its_gates_are_gone()
    {
        Gate gate = new();
        SchedulingQueue queue = Queue(gate);
        Pod pod = TestCluster.Pod("p");
        Assert.That(queue.Add(pod, _classes.Intern(pod.Spec)), Is.False);
        Assert.That(queue.Pop(), Is.Null);
        Assert.That(queue.GatedCount, Is.EqualTo(1));
        gate.IsOpen = true;
        Assert.That(queue.Ungate(pod), Is.True);
        Assert.That(queue.Pop()!.Pod, Is.SameAs(pod));
    }

    [Test]
    public void A_removed_pod_never_comes_back_wherever_it_was()
    {
        SchedulingQueue queue = Queue(new Waiter("Room", PodGone.Event));
        Pod active = Add(queue, "active"), asleep = Add(queue, "asleep"), failing = Add(queue, "failing"), flying = Add(queue, "flying");
        QueuedPodInfo[] popped = [queue.Pop()!, queue.Pop()!, queue.Pop()!, queue.Pop()!];
        queue.Done(popped[0]);
        queue.Add(active, _classes.Intern(active.Spec));
        queue.Reject(popped[1], ["Room"]);
        queue.Retry(popped[2]);
        foreach (Pod pod in new[] { active, asleep, failing, flying })
        {
            Assert.That(queue.Remove(pod), Is.True);
        }

        queue.Reject(popped[3], ["Room"]);
        queue.Move(PodGone);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.That(queue.Pop(), Is.Null);
        Assert.That(queue.Count, Is.Zero);
    }

    private SchedulingQueue Queue(params IPlugin[] plugins)
    {
        Profile profile = TestCluster.Profile(plugins);
        return new SchedulingQueue(_time, new QueueOptions(), profile.QueueSort, _ => profile);
    }

    private Pod Add(SchedulingQueue queue, string name, int priority = 0)
    {
        Pod pod = TestCluster.Pod(name, priority: priority);
        queue.Add(pod, _classes.Intern(pod.Spec));
        return pod;
    }

    private static List<string> Drain(SchedulingQueue queue)
    {
        List<string> names = [];
        while (queue.Pop() is { } next)
        {
            names.Add(next.Pod.Name);
            queue.Done(next);
        }

        return names;
    }

    private sealed class Waiter(string name, ClusterEvent waitsFor, QueueingHint hint = QueueingHint.Queue) : NodeFilter, IEnqueueExtensions
    {
        public override string Name => name;

        public override Reads FilterReads => Reads.Nodes;

        public ImmutableArray<ClusterEventWithHint> EventsToRegister => [new ClusterEventWithHint(waitsFor, (_, _) => hint)];

        protected override Status Filter(in PluginContext context, NodeInfo node) => Status.Success;
    }

    private sealed class Gate : IPreEnqueuePlugin
    {
        public bool IsOpen { get; set; }

        public string Name => "Gate";

        public Status PreEnqueue(Pod pod) => IsOpen ? Status.Success : Status.Unresolvable("closed");
    }
}
