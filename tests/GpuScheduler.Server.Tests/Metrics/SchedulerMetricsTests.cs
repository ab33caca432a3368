using GpuScheduler.Framework;
using GpuScheduler.Kubernetes;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Server.Tests;

public sealed class SchedulerMetricsTests
{
    [Test]
    public async Task Attempts_are_counted_and_timed_by_result_and_profile()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        server.Metrics.ObserveAttempt(AttemptOutcome.Scheduled, "gpu", TimeSpan.FromMilliseconds(3));
        server.Metrics.ObserveAttempt(AttemptOutcome.Scheduled, "gpu", TimeSpan.FromMilliseconds(1));
        server.Metrics.ObserveAttempt(AttemptOutcome.Unschedulable, "gpu", TimeSpan.FromMilliseconds(1));
        server.Metrics.ObserveAttempt(AttemptOutcome.Error, "other", TimeSpan.FromMinutes(1));
        PrometheusText scraped = await server.ScrapeAsync();
        Assert.That(scraped["""scheduler_schedule_attempts_total{result="scheduled",profile="gpu"}"""], Is.EqualTo(2));
        Assert.That(scraped["""scheduler_schedule_attempts_total{result="unschedulable",profile="gpu"}"""], Is.EqualTo(1));
        Assert.That(scraped["""scheduler_schedule_attempts_total{result="error",profile="other"}"""], Is.EqualTo(1));
        Assert.That(scraped["""scheduler_scheduling_attempt_duration_seconds_sum{result="scheduled",profile="gpu"}"""], Is.EqualTo(0.004).Within(1e-9));
        Assert.That(scraped["""scheduler_scheduling_attempt_duration_seconds_bucket{result="scheduled",profile="gpu",le="0.001"}"""], Is.EqualTo(1));
        Assert.That(scraped["""scheduler_scheduling_attempt_duration_seconds_bucket{result="error",profile="other",le="16.384"}"""], Is.Zero);
        Assert.That(scraped["""scheduler_scheduling_attempt_duration_seconds_bucket{result="error",profile="other",le="+Inf"}"""], Is.EqualTo(1));
    }

    [Test]
    public async Task Each_call_moves_its_own_series()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        SchedulerMetrics metrics = server.Metrics;
        metrics.ObserveAlgorithm(TimeSpan.FromSeconds(1));
        metrics.ObserveScheduled(2, TimeSpan.FromSeconds(1));
        metrics.ObserveScheduled(40, TimeSpan.FromSeconds(1));
        metrics.ObservePreemption(0);
        metrics.ObservePreemption(3);
        metrics.IncBindOutcomes("bound");
        metrics.IncWatchRestarts("pods", "expired");
        metrics.IncDecodeFailures("nodes");
        metrics.IncReconcileDrift("pod-missing", 4);
        metrics.CountVictims(pods: 2, members: 8);
        metrics.IncGangAttempts(AttemptOutcome.Unschedulable, "gpu");
        metrics.ObserveGangStarted(TimeSpan.FromSeconds(90));
        metrics.PointRan(ExtensionPoints.Filter, "gpu", StatusCode.Success, TimeSpan.FromMilliseconds(1));
        metrics.PluginRan("GpuFit", ExtensionPoints.Filter, StatusCode.Success, TimeSpan.FromMilliseconds(1));
        metrics.PermitEnded(StatusCode.Unschedulable, TimeSpan.FromSeconds(5));
        metrics.Entered(QueuePool.Backoff, "NodeAdd");
        metrics.RejectedChanged("GpuFit", "gpu", +3);
        metrics.RejectedChanged("GpuFit", "gpu", -1);
        PrometheusText scraped = await server.ScrapeAsync();
        Assert.Multiple(() =>
        {
            Assert.That(scraped["scheduler_scheduling_algorithm_duration_seconds_count"], Is.EqualTo(1));
            Assert.That(scraped["""scheduler_pod_scheduling_sli_duration_seconds_count{attempts="2"}"""], Is.EqualTo(1));
            Assert.That(scraped["""scheduler_pod_scheduling_sli_duration_seconds_count{attempts="15+"}"""], Is.EqualTo(1));
            Assert.That(scraped["scheduler_pod_scheduling_attempts_sum"], Is.EqualTo(42));
            Assert.That(scraped["scheduler_preemption_attempts_total"], Is.EqualTo(2));
            Assert.That(scraped["scheduler_preemption_victims_count"], Is.EqualTo(1));
            Assert.That(scraped["""gpuscheduler_preemption_victims_total{kind="pod"}"""], Is.EqualTo(2));
            Assert.That(scraped["""gpuscheduler_preemption_victims_total{kind="gang"}"""], Is.EqualTo(8));
            Assert.That(scraped["""gpuscheduler_gang_schedule_attempts_total{result="unschedulable",profile="gpu"}"""], Is.EqualTo(1));
            Assert.That(scraped["gpuscheduler_gang_scheduling_duration_seconds_sum"], Is.EqualTo(90));
            Assert.That(scraped["""scheduler_framework_extension_point_duration_seconds_count{extension_point="Filter",status="Success",profile="gpu"}"""], Is.EqualTo(1));
            Assert.That(scraped["""scheduler_plugin_execution_duration_seconds_count{plugin="GpuFit",extension_point="Filter",status="Success"}"""], Is.EqualTo(1));
            Assert.That(scraped["""scheduler_permit_wait_duration_seconds_sum{result="Unschedulable"}"""], Is.EqualTo(5));
            Assert.That(scraped["""scheduler_queue_incoming_pods_total{queue="backoff",event="NodeAdd"}"""], Is.EqualTo(1));
            Assert.That(scraped["""scheduler_unschedulable_pods{plugin="GpuFit",profile="gpu"}"""], Is.EqualTo(2));
            Assert.That(scraped["""gpuscheduler_bind_outcomes_total{outcome="bound"}"""], Is.EqualTo(1));
            Assert.That(scraped["""gpuscheduler_watch_restarts_total{resource="pods",reason="expired"}"""], Is.EqualTo(1));
            Assert.That(scraped["""gpuscheduler_decode_failures_total{resource="nodes"}"""], Is.EqualTo(1));
            Assert.That(scraped["""gpuscheduler_reconcile_drift_total{kind="pod-missing"}"""], Is.EqualTo(4));
        });
    }

    [Test]
    public async Task Metrics_of_the_process_are_there_too()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        PrometheusText scraped = await server.ScrapeAsync();
        Assert.That(scraped["process_cpu_seconds_total"], Is.GreaterThan(0));
        Assert.That(scraped["process_working_set_bytes"], Is.GreaterThan(0));
    }

    [Test]
    public void Counting_and_timing_do_not_allocate_once_a_series_exists()
    {
        SchedulerMetrics metrics = new();
        CallEach(metrics, 20);
        long before = GC.GetAllocatedBytesForCurrentThread();
        CallEach(metrics, 1000);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public async Task Two_threads_lose_no_count()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => CallEach(server.Metrics, 5000))));
        PrometheusText scraped = await server.ScrapeAsync();
        Assert.That(scraped["""scheduler_schedule_attempts_total{result="scheduled",profile="gpu"}"""], Is.EqualTo(20_000));
        Assert.That(scraped["""scheduler_scheduling_attempt_duration_seconds_count{result="scheduled",profile="gpu"}"""], Is.EqualTo(20_000));
    }

    private static void CallEach(SchedulerMetrics metrics, int times)
    {
        for (int i = 0; i < times; i++)
        {
            TimeSpan duration = TimeSpan.FromMicroseconds(i);
            metrics.ObserveAttempt(AttemptOutcome.Scheduled, "gpu", duration);
            metrics.ObserveAlgorithm(duration);
            metrics.ObserveScheduled(i % 20, duration);
            metrics.ObservePreemption(1);
            metrics.CountVictims(1, 1);
            metrics.IncGangAttempts(AttemptOutcome.Scheduled, "gpu");
            metrics.ObserveGangStarted(duration);
            metrics.IncBindOutcomes("bound");
            metrics.IncWatchRestarts("pods", "expired");
            metrics.IncDecodeFailures("pods");
            metrics.IncReconcileDrift("pod-missing");
            metrics.PointRan(ExtensionPoints.Filter, "gpu", StatusCode.Success, duration);
            metrics.PluginRan("GpuFit", ExtensionPoints.Filter, StatusCode.Success, duration);
            metrics.PermitEnded(StatusCode.Success, duration);
            metrics.Entered(QueuePool.Active, "NodeAdd");
            metrics.RejectedChanged("GpuFit", "gpu", +1);
        }
    }
}
