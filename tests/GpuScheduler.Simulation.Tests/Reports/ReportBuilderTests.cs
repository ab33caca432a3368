using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation.Tests;

public sealed class ReportBuilderTests
{
    private static readonly Workload OneNode = new()
    {
        Name = "by hand",
        Nodes = [new Node { Name = "node-1", Shape = DeviceShape.Uniform("T4", 2), Allocatable = ResourceList.Of(("cpu", 10_000), ("pods", 110)) }],
        Arrivals = [Come("a", 1, 500, 4_000), Come("b", 1, 1000, 4_000), Come("c", 1, 1000, 0), Come("d", 1, 250, 0)],
    };

    [Test]
    public void A_run_in_order_is_reported_as_it_went()
    {
        SimulationReport report = Simulate(OneNode);
        SimulationRun run = report.Runs.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((report.Cluster.Nodes, report.Cluster.Gpus, report.Cluster.GpuMilli), Is.EqualTo((1, 2, 2000)));
            Assert.That(report.Cluster.Models, Is.EqualTo(new[] { new DeviceModelSummary { Model = "T4", Nodes = 1, Gpus = 2 } }));
            Assert.That((report.Workload.SharePods, report.Workload.WholePods, report.Workload.GpuMilli), Is.EqualTo((2, 2, 2750)));
            Assert.That((run.Pods, run.Placed, run.Failed, run.ArrivedPercent, run.AllocatedPercent), Is.EqualTo((4, 3, 1, 137.5, 87.5)));
            Assert.That(run.Curve.Select(p => p.ArrivedPercent), Is.EqualTo(Enumerable.Range(0, 138)));
            Assert.That(run.Curve[25].AllocatedPercent, Is.EqualTo(25));
            Assert.That(run.Curve[75].AllocatedPercent, Is.EqualTo(75));
            Assert.That((run.Curve[125].AllocatedPercent, run.Curve[125].FailedPods), Is.EqualTo((75.0, 1)));
            Assert.That(run.Failures, Is.EqualTo(new[] { new FailureCount { Reason = FirstFit.Reason, RequestKind = RequestKind.Whole, Pods = 1 } }));
            Assert.That(run.Nodes.Single().UsedMilli, Is.EqualTo(new[] { 750, 1000 }));
            Assert.That(run.Nodes.Single().CpuUsedPercent, Is.EqualTo(80));
            Assert.That(run.Queueing, Is.Null);
        }
    }

    [Test]
    public void A_timed_run_is_reported_with_waiting_and_use()
    {
        // One GPU of two is taken for 10 s, then both for 10 s: "b" must wait for "a" to leave.
        Workload timed = OneNode with
        {
            IsTimed = true,
            Arrivals = [Come("a", 1, 1000, 0) with { Duration = TimeSpan.FromSeconds(10) }, Come("b", 2, 1000, 0) with { Duration = TimeSpan.FromSeconds(10) }],
        };
        SimulationReport report = Simulate(timed);
        QueueingSummary queueing = report.Runs.Single().Queueing!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Runs[0].Placed, Is.EqualTo(2));
            Assert.That(queueing.Waiting.P50Seconds, Is.Zero);
            Assert.That(queueing.Waiting.P99Seconds, Is.EqualTo(queueing.MakespanSeconds - 10).And.GreaterThanOrEqualTo(10));
            Assert.That(queueing.Waiting.MeanSeconds, Is.EqualTo(queueing.Waiting.P99Seconds / 2).Within(0.001));
            Assert.That(queueing.MeanAllocatedPercent, Is.EqualTo(100 * ((10 * 0.5) + 10) / queueing.MakespanSeconds).Within(0.01));
            Assert.That(queueing.FailedAttempts, Is.GreaterThanOrEqualTo(1));
            Assert.That(queueing.Utilization[0], Is.EqualTo(new UtilizationPoint { AtSeconds = 0, AllocatedPercent = 50 }));
            Assert.That(queueing.Utilization[^1].AllocatedPercent, Is.Zero);
        }
    }

    [Test]
    public void The_same_inputs_give_the_same_report_but_for_the_timings()
    {
        string first = ReportPages.Text(Simulate(OneNode).WithoutTimings(), ReportFormat.Json);
        Assert.That(ReportPages.Text(Simulate(OneNode).WithoutTimings(), ReportFormat.Json), Is.EqualTo(first));
    }

    [Test]
    public void A_long_run_is_thinned_to_means_that_keep_the_area()
    {
        // Sixteen hundred changes, up and down, seconds apart.
        TimePoint[] usage = [.. Enumerable.Range(0, 1600).Select(i => new TimePoint(TimeSpan.FromSeconds(i * 3), i % 7 * 10))];
        TimeSpan end = TimeSpan.FromSeconds(1600 * 3);
        IReadOnlyList<UtilizationPoint> thinned = UtilizationCurve.Of(usage, end);
        Assert.That(thinned, Has.Count.EqualTo(300));
        Assert.That(thinned.Average(p => p.AllocatedPercent), Is.EqualTo(usage.Average(u => u.Value)).Within(0.01));
    }

    [Test]
    public void Percentiles_of_waiting_are_of_nearest_rank()
    {
        WaitingTime waiting = WaitingTime.Of(Enumerable.Range(1, 100).Reverse().Select(i => TimeSpan.FromSeconds(i)));
        Assert.That(
            (waiting.MeanSeconds, waiting.P50Seconds, waiting.P95Seconds, waiting.P99Seconds), Is.EqualTo((50.5, 50.0, 95.0, 99.0)));
        Assert.That(WaitingTime.Of([]).P99Seconds, Is.Zero);
    }

    private static SimulationReport Simulate(Workload workload)
    {
        SimulatedPolicy policy = FirstFit.Policy;
        return ReportBuilder.Build(workload, [policy], [new Simulator(workload, _ => null, TimeProvider.System).Run(policy, 42)]);
    }

    private static Arrival Come(string name, int devices, int milli, long cpu) => new(
        new Pod
        {
            Name = name,
            Spec = new PodSpec
            {
                Containers = [new Container { Requests = ResourceList.Of(("cpu", cpu)) }],
                Devices = new DeviceRequest { Count = devices, Milli = milli },
            },
        },
        TimeSpan.Zero, null);
}
