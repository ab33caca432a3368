using System.Net;
using GpuScheduler.Cluster;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
internal sealed class PodStatusWriterTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task A_condition_is_written_for_the_very_state_that_was_seen()
    {
        using RecordingServer server = new();
        await WriterOf(server).WriteAsync(() => Pod("7"), "Unschedulable", "0/1 nodes", "", default);
        (string method, string path, var body) = server.Requests.Single();
        Assert.That((method, path), Is.EqualTo(("PATCH", "/api/v1/namespaces/default/pods/p/status")));
        Assert.That(((string?)body["metadata"]!["uid"], (string?)body["metadata"]!["resourceVersion"]), Is.EqualTo(("u", "7")));
        Assert.That((string?)body["status"]!["conditions"]![0]!["message"], Is.EqualTo("0/1 nodes"));
        Assert.That((string?)body["status"]!["conditions"]![0]!["lastTransitionTime"], Is.Not.Null);
    }

    [Test]
    public async Task A_condition_that_is_there_already_is_not_written_and_one_that_only_changes_its_words_keeps_its_time()
    {
        using RecordingServer server = new();
        PodScheduledCondition condition = new(IsTrue: false, "Unschedulable", "0/1 nodes");
        await WriterOf(server).WriteAsync(() => Pod("7", condition), "Unschedulable", "0/1 nodes", "", default);
        Assert.That(server.Requests, Is.Empty);
        await WriterOf(server).WriteAsync(() => Pod("7", condition), "Unschedulable", "0/2 nodes", "", default);
        Assert.That(server.Requests.Single().Body["status"]!["conditions"]![0]!["lastTransitionTime"], Is.Null);
    }

    [Test]
    public async Task A_pod_that_was_bound_meanwhile_is_left_alone()
    {
        using RecordingServer server = new() { Answer = _ => HttpStatusCode.Conflict };
        bool isBound = false;
        Task write = WriterOf(server).WriteAsync(() => isBound ? null : Pod("7"), "Unschedulable", "0/1 nodes", "", default);
        isBound = true;
        _time.Advance(TimeSpan.FromSeconds(1));
        await write;
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_newer_state_is_tried_again_with_its_own_version()
    {
        using RecordingServer server = new() { Answer = n => n == 1 ? HttpStatusCode.Conflict : HttpStatusCode.OK };
        int version = 7;
        Task write = WriterOf(server).WriteAsync(() => Pod($"{version}"), "Unschedulable", "0/1 nodes", "", default);
        version = 8;
        _time.Advance(TimeSpan.FromSeconds(1));
        await write;
        Assert.That(server.Requests.Select(r => (string?)r.Body["metadata"]!["resourceVersion"]), Is.EqualTo(new[] { "7", "8" }));
    }

    [Test]
    public async Task The_nominated_node_is_written_and_cleared_with_the_condition()
    {
        using RecordingServer server = new();
        await WriterOf(server).WriteAsync(() => Pod("7"), "Unschedulable", "0/1 nodes", "n1", default);
        PodObject nominated = new()
        {
            Pod = Pod("8").Pod with { NominatedNodeName = "n1" },
            ResourceVersion = "8",
            Scheduled = new PodScheduledCondition(IsTrue: false, "Unschedulable", "0/1 nodes"),
        };
        await WriterOf(server).WriteAsync(() => nominated, "Unschedulable", "0/1 nodes", "n1", default);
        await WriterOf(server).WriteAsync(() => nominated, "Unschedulable", "0/1 nodes", "", default);
        Assert.That(server.Requests, Has.Count.EqualTo(2), "what is there already is not written");
        Assert.That((string?)server.Requests[0].Body["status"]!["nominatedNodeName"], Is.EqualTo("n1"));
        Assert.That(server.Requests[1].Body["status"]!.AsObject(), Does.ContainKey("nominatedNodeName").WithValue(null));
    }

    private PodStatusWriter WriterOf(RecordingServer server) => new(server.Client(), _time);

    private static PodObject Pod(string version, PodScheduledCondition? condition = null) => new()
    {
        Pod = new Pod { Name = "p", Uid = "u", Spec = EngineRun.Spec() },
        ResourceVersion = version,
        Scheduled = condition,
    };
}
