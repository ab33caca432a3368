using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Kubernetes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Server.Tests;

[NonParallelizable]
public sealed class TraceExportTests
{
    [Test]
    public async Task The_way_of_a_pod_arrives_at_the_collector()
    {
        await using Collector collector = await Collector.StartAsync();
        using (TraceExport? export = TraceExport.Start(Environment(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"))))
        {
            Assert.That(export, Is.Not.Null);
            PodTrace? trace = StartTrace();
            Assert.That(trace, Is.Not.Null);
            trace!.Begin(SchedulerSpans.SchedulingCycle);
            trace.Begin(SchedulerSpans.Filter);
            trace.End(Status.Success);
            trace.End(Status.Success);
            trace.Begin(SchedulerSpans.Bind);
            trace.Finish(Status.Success, "gpu-node-1");
        }

        string received = string.Concat(collector.Received);
        Assert.That(received, Does.Contain("gpuscheduler").And.Contains("train-0").And.Contains("gpu-node-1"));
        foreach (string span in new[] { SchedulerSpans.Attempt, SchedulerSpans.QueueWait, SchedulerSpans.SchedulingCycle, SchedulerSpans.Filter, SchedulerSpans.Bind })
        {
            Assert.That(received, Does.Contain(span));
        }
    }

    [Test]
    public async Task The_service_has_the_name_that_the_environment_gives()
    {
        await using Collector collector = await Collector.StartAsync();
        using (TraceExport.Start(Environment(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_SERVICE_NAME", "our-scheduler"))))
        {
            StartTrace()!.Finish(Status.Success, "");
        }

        Assert.That(string.Concat(collector.Received), Does.Contain("our-scheduler").And.Contains("train-0"));
    }

    [Test]
    public void Without_an_endpoint_nothing_is_traced()
    {
        Assert.That(TraceExport.Start(Environment()), Is.Null);
        Assert.That(StartTrace(), Is.Null);
    }

    [TestCase("collector:4317")]
    [TestCase("not a url")]
    public void An_endpoint_that_is_no_url_is_named_with_the_mend(string endpoint)
    {
        FormatException e = Assert.Throws<FormatException>(() => TraceExport.Start(Environment(("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint))))!;
        Assert.That(e.Message, Is.EqualTo($"OTEL_EXPORTER_OTLP_ENDPOINT \"{endpoint}\" is not a URL: write one such as http://collector:4317, or unset it to send no traces"));
    }

    private static PodTrace? StartTrace()
    {
        FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        PodSpec spec = new();
        PodClass podClass = new ClusterWriter(_ => 0).Classes.Intern(spec);
        return PodTrace.Start(new QueuedPodInfo(new Pod { Namespace = "ml", Name = "train-0", Spec = spec }, podClass, time.GetUtcNow().AddSeconds(-3)), "gpu", time.GetUtcNow(), time);
    }

    private static IConfigurationRoot Environment(params (string Name, string Value)[] variables) =>
        new ConfigurationBuilder().AddInMemoryCollection(variables.Select(v => KeyValuePair.Create(v.Name, (string?)v.Value))).Build();
}
