using GpuScheduler.Cluster;
using GpuScheduler.Kubernetes;

namespace GpuScheduler.Server.Tests;

public sealed class ReadingGaugesTests
{
    private const string A100 = "NVIDIA-A100-SXM4-80GB";

    [Test]
    public async Task Nothing_is_claimed_of_a_scheduler_that_has_not_been_read()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        PrometheusText scraped = await server.ScrapeAsync();
        Assert.That(scraped.Samples.Keys, Has.None.AnyOf("gpuscheduler_leader", "gpuscheduler_missing_gpus"));
        Assert.That(scraped.Samples.Keys, Has.None.StartsWith("scheduler_pending_pods"));
    }

    [Test]
    public async Task Queue_leadership_and_watches_are_read_at_each_scrape()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        SchedulerReadings now = new()
        {
            ActivePods = 1,
            BackoffPods = 2,
            UnschedulablePods = 3,
            GatedPods = 4,
            GangsWithoutRoom = 7,
            IncompleteGangs = 8,
            Pods = 50,
            AssumedPods = 6,
            Watches = [new WatchReading("pods", TimeSpan.FromSeconds(1.5)), new WatchReading("nodes", TimeSpan.Zero)],
        };
        server.Metrics.ReadFrom(() => now);
        PrometheusText standby = await server.ScrapeAsync();
        now = now with { IsLeader = true, ActivePods = 0 };
        PrometheusText leading = await server.ScrapeAsync();
        Assert.Multiple(() =>
        {
            Assert.That(standby["gpuscheduler_leader"], Is.Zero);
            Assert.That(standby["""scheduler_pending_pods{queue="active"}"""], Is.EqualTo(1));
            Assert.That(standby["""scheduler_pending_pods{queue="backoff"}"""], Is.EqualTo(2));
            Assert.That(standby["""scheduler_pending_pods{queue="unschedulable"}"""], Is.EqualTo(3));
            Assert.That(standby["""scheduler_pending_pods{queue="gated"}"""], Is.EqualTo(4));
            Assert.That(standby["""gpuscheduler_waiting_gangs{reason="room"}"""], Is.EqualTo(7));
            Assert.That(standby["""gpuscheduler_waiting_gangs{reason="incomplete"}"""], Is.EqualTo(8));
            Assert.That(standby["""scheduler_cache_size{type="pods"}"""], Is.EqualTo(50));
            Assert.That(standby["""scheduler_cache_size{type="assumed_pods"}"""], Is.EqualTo(6));
            Assert.That(standby["""gpuscheduler_watch_age_seconds{resource="pods"}"""], Is.EqualTo(1.5));
            Assert.That(leading["gpuscheduler_leader"], Is.EqualTo(1));
            Assert.That(leading["""scheduler_pending_pods{queue="active"}"""], Is.Zero);
        });
    }

    [Test]
    public async Task Gpus_are_those_of_the_snapshot_and_a_product_that_is_gone_is_gone()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        ClusterWriter cluster = new(_ => 0);
        cluster.SetNodes(new Node { Name = "n", Shape = DeviceShape.Uniform(A100, 4, 81920) }, new Node { Name = "t4", Shape = DeviceShape.Uniform("Tesla-T4", 1) });
        PodSpec quarter = new() { Devices = new DeviceRequest { Count = 1, Milli = 250 } };
        PodClass podClass = cluster.Classes.Intern(quarter);
        cluster.Working.Place(0, new Pod { Name = "a", Spec = quarter }, podClass, DeviceSet.Only(2));
        cluster.Working.Place(0, new Pod { Name = "b", Spec = quarter }, podClass, DeviceSet.Only(2));
        cluster.Publish();
        server.Metrics.ReadFrom(() => new SchedulerReadings { Snapshot = cluster.Head });
        PrometheusText first = await server.ScrapeAsync();
        cluster.RemoveNode("t4");
        cluster.Publish();
        PrometheusText second = await server.ScrapeAsync();
        Assert.Multiple(() =>
        {
            Assert.That(first["""scheduler_cache_size{type="nodes"}"""], Is.EqualTo(2));
            Assert.That(first[$$"""gpuscheduler_gpus{product="{{A100}}",state="free"}"""], Is.EqualTo(3));
            Assert.That(first[$$"""gpuscheduler_gpus{product="{{A100}}",state="partial"}"""], Is.EqualTo(1));
            Assert.That(first[$$"""gpuscheduler_gpus{product="{{A100}}",state="full"}"""], Is.Zero);
            Assert.That(first[$$"""gpuscheduler_shared_gpus{product="{{A100}}"}"""], Is.EqualTo(1));
            Assert.That(first[$$"""gpuscheduler_gpu_milli_capacity{product="{{A100}}"}"""], Is.EqualTo(4000));
            Assert.That(first[$$"""gpuscheduler_gpu_milli_allocated{product="{{A100}}"}"""], Is.EqualTo(500));
            Assert.That(first[$$"""gpuscheduler_gpu_milli_fragmented{product="{{A100}}"}"""], Is.EqualTo(500));
            Assert.That(first[$$"""gpuscheduler_gpu_memory_capacity_bytes{product="{{A100}}"}"""], Is.EqualTo(4 * 80d * (1 << 30)));
            Assert.That(first[$$"""gpuscheduler_gpu_memory_allocated_bytes{product="{{A100}}"}"""], Is.EqualTo(40d * (1 << 30)));
            Assert.That(first["gpuscheduler_missing_gpus"], Is.Zero);
            Assert.That(first.Samples.Keys.Count(k => k.Contains("Tesla-T4", StringComparison.Ordinal)), Is.EqualTo(9));
            Assert.That(second.Samples.Keys.Where(k => k.Contains("Tesla-T4", StringComparison.Ordinal)), Is.Empty);
            Assert.That(second[$$"""gpuscheduler_gpus{product="{{A100}}",state="free"}"""], Is.EqualTo(3));
        });
    }
}
