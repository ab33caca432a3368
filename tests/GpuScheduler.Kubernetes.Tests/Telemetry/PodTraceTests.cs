using System.Diagnostics;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

[NonParallelizable]
public sealed class PodTraceTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly List<Activity> _ended = [];

    [SetUp]
    public void Clear() => _ended.Clear();

    [Test]
    public void Without_a_listener_there_is_no_trace_and_nothing_is_allocated()
    {
        QueuedPodInfo queued = Queued();
        Assert.That(PodTrace.Start(queued, "gpu", _time.GetUtcNow(), _time), Is.Null);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            PodTrace.Start(queued, "gpu", _time.GetUtcNow(), _time)?.Begin(SchedulerSpans.Filter);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Spans_nest_and_have_the_times_of_the_clock()
    {
        using ActivityListener listener = Listen();
        PodTrace trace = PodTrace.Start(Queued(), "gpu", _time.GetUtcNow(), _time)!;
        trace.Begin(SchedulerSpans.SchedulingCycle);
        trace.Begin(SchedulerSpans.Filter);
        _time.Advance(TimeSpan.FromMilliseconds(2));
        trace.End(Status.Success);
        trace.Begin(SchedulerSpans.Score);
        _time.Advance(TimeSpan.FromMilliseconds(3));
        trace.End(Status.Success);
        trace.End(Status.Success);
        trace.Begin(SchedulerSpans.Bind);
        _time.Advance(TimeSpan.FromMilliseconds(10));
        trace.Finish(Status.Success, "gpu-1");

        Activity attempt = Span(SchedulerSpans.Attempt);
        Assert.Multiple(() =>
        {
            Assert.That(_ended.Select(a => a.DisplayName), Is.EqualTo(new[] { "queue wait", "filter", "score", "scheduling cycle", "bind", "schedule" }));
            Assert.That(_ended.Select(a => a.TraceId).Distinct().Count(), Is.EqualTo(1));
            Assert.That(Span(SchedulerSpans.QueueWait).ParentSpanId, Is.EqualTo(attempt.SpanId));
            Assert.That(Span(SchedulerSpans.Filter).ParentSpanId, Is.EqualTo(Span(SchedulerSpans.SchedulingCycle).SpanId));
            Assert.That(Span(SchedulerSpans.Score).ParentSpanId, Is.EqualTo(Span(SchedulerSpans.SchedulingCycle).SpanId));
            Assert.That(Span(SchedulerSpans.Bind).ParentSpanId, Is.EqualTo(attempt.SpanId));
            Assert.That(Span(SchedulerSpans.QueueWait).Duration, Is.EqualTo(TimeSpan.FromSeconds(7)));
            Assert.That(Span(SchedulerSpans.Filter).Duration, Is.EqualTo(TimeSpan.FromMilliseconds(2)));
            Assert.That(Span(SchedulerSpans.SchedulingCycle).Duration, Is.EqualTo(TimeSpan.FromMilliseconds(5)));
            Assert.That(attempt.StartTimeUtc, Is.EqualTo(Start.UtcDateTime.AddSeconds(-7)));
            Assert.That(attempt.Duration, Is.EqualTo(TimeSpan.FromMilliseconds(7015)));
            Assert.That(attempt.GetTagItem("k8s.pod.name"), Is.EqualTo("train-0"));
            Assert.That(attempt.GetTagItem("k8s.node.name"), Is.EqualTo("gpu-1"));
            Assert.That(attempt.GetTagItem("gpuscheduler.profile"), Is.EqualTo("gpu"));
            Assert.That(attempt.GetTagItem("gpuscheduler.result"), Is.EqualTo("Success"));
        });
    }

    [Test]
    public void An_attempt_that_fails_says_who_refused_it_and_why()
    {
        using ActivityListener listener = Listen();
        PodTrace trace = PodTrace.Start(Queued(), "gpu", _time.GetUtcNow(), _time)!;
        trace.Begin(SchedulerSpans.SchedulingCycle);
        trace.Finish(Status.Unschedulable("0/1 nodes are available") with { Plugin = "GpuFit" }, "");
        Activity attempt = Span(SchedulerSpans.Attempt);
        Assert.That(attempt.GetTagItem("gpuscheduler.result"), Is.EqualTo("Unschedulable"));
        Assert.That(attempt.GetTagItem("gpuscheduler.plugin"), Is.EqualTo("GpuFit"));
        Assert.That(attempt.GetTagItem("gpuscheduler.reason"), Is.EqualTo("0/1 nodes are available"));
        Assert.That(attempt.GetTagItem("k8s.node.name"), Is.Null);
        Assert.That(attempt.Status, Is.EqualTo(ActivityStatusCode.Unset), "that a pod does not fit is no error of the scheduler");
        Assert.That(Span(SchedulerSpans.SchedulingCycle).GetTagItem("gpuscheduler.result"), Is.EqualTo("Unschedulable"));
    }

    [Test]
    public void An_error_marks_the_span()
    {
        using ActivityListener listener = Listen();
        PodTrace.Start(Queued(), "gpu", _time.GetUtcNow(), _time)!.Finish(Status.Error("the API server is gone"), "");
        Assert.That(Span(SchedulerSpans.Attempt).Status, Is.EqualTo(ActivityStatusCode.Error));
        Assert.That(Span(SchedulerSpans.Attempt).StatusDescription, Is.EqualTo("the API server is gone"));
    }

    [Test]
    public void The_thread_goes_on_to_other_pods_while_a_trace_is_open()
    {
        using ActivityListener listener = Listen();
        PodTrace first = PodTrace.Start(Queued(), "gpu", _time.GetUtcNow(), _time)!;
        first.Begin(SchedulerSpans.Bind);
        Assert.That(Activity.Current, Is.Null);
        PodTrace second = PodTrace.Start(Queued(), "gpu", _time.GetUtcNow(), _time)!;
        second.Finish(Status.Success, "a");
        first.Finish(Status.Success, "b");
        Assert.That(_ended.Where(a => a.DisplayName == SchedulerSpans.Attempt).Select(a => (a.TraceId, a.ParentSpanId)).Distinct().Count(), Is.EqualTo(2));
        Assert.That(_ended.Where(a => a.DisplayName == SchedulerSpans.Attempt).Select(a => a.ParentSpanId), Is.All.EqualTo(default(ActivitySpanId)));
    }

    private static QueuedPodInfo Queued()
    {
        PodSpec spec = new();
        Pod pod = new() { Namespace = "ml", Name = "train-0", Uid = "u", Spec = spec };
        return new QueuedPodInfo(pod, new ClusterWriter(_ => 0).Classes.Intern(spec), Start.AddSeconds(-7)) { Attempts = 1 };
    }

    private Activity Span(string name) => _ended.Single(a => a.DisplayName == name);

    private ActivityListener Listen()
    {
        ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == PodTrace.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
