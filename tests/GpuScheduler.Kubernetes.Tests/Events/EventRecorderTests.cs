using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
internal sealed class EventRecorderTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Test]
    public async Task An_event_says_who_reports_what_about_whom()
    {
        using RecordingServer server = new();
        await RecorderOf(server).RecordAsync(Key("0/3 nodes are available."), default);
        (string method, string path, var body) = server.Requests.Single();
        Assert.That((method, path), Is.EqualTo(("POST", "/apis/events.k8s.io/v1/namespaces/ns/events")));
        Assert.That((string?)body["reportingController"], Is.EqualTo("gpuscheduler"));
        Assert.That((string?)body["reportingInstance"], Is.EqualTo("replica"));
        Assert.That((string?)body["eventTime"], Is.EqualTo("2026-01-02T03:04:05.000000Z"));
        Assert.That((string?)body["type"], Is.EqualTo("Warning"));
        Assert.That((string?)body["regarding"]!["uid"], Is.EqualTo("uid"));
        Assert.That((string?)body["note"], Is.EqualTo("0/3 nodes are available."));
    }

    [Test]
    public async Task Repetitions_become_a_series_that_is_written_at_once_and_then_every_minute()
    {
        using RecordingServer server = new();
        EventRecorder recorder = RecorderOf(server);
        for (int i = 0; i < 5; i++)
        {
            await recorder.RecordAsync(Key("same"), default);
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.That(server.Requests.Select(r => r.Method), Is.EqualTo(new[] { "POST", "PATCH" }));
        _time.Advance(TimeSpan.FromMinutes(1));
        await recorder.RecordAsync(Key("same"), default);
        Assert.That((int?)server.Requests[^1].Body["series"]!["count"], Is.EqualTo(6));
        await recorder.RecordAsync(Key("another"), default);
        Assert.That(server.Requests[^1].Method, Is.EqualTo("POST"));
        _time.Advance(TimeSpan.FromMinutes(7));
        await recorder.RecordAsync(Key("same"), default);
        Assert.That(server.Requests[^1].Method, Is.EqualTo("POST"), "the series was over");
    }

    [Test]
    public async Task A_clock_that_is_set_back_begins_a_new_series_rather_than_a_long_silence()
    {
        using RecordingServer server = new();
        JumpingTime machine = new(_time);
        EventRecorder recorder = new(server.Client(), "gpuscheduler", "replica", machine);
        await recorder.RecordAsync(Key("same"), default);
        machine.Jump(TimeSpan.FromHours(-1));
        await recorder.RecordAsync(Key("same"), default);
        await recorder.RecordAsync(Key("same"), default);
        Assert.That(server.Requests.Select(r => r.Method), Is.EqualTo(new[] { "POST", "POST", "PATCH" }));
    }

    [Test]
    public async Task A_series_whose_event_is_gone_begins_anew()
    {
        using RecordingServer server = new() { Answer = n => n == 2 ? HttpStatusCode.NotFound : HttpStatusCode.OK };
        EventRecorder recorder = RecorderOf(server);
        await recorder.RecordAsync(Key("same"), default);
        await recorder.RecordAsync(Key("same"), default);
        Assert.That(server.Requests.Select(r => r.Method), Is.EqualTo(new[] { "POST", "PATCH", "POST" }));
    }

    [Test]
    public async Task Where_the_server_takes_no_event_of_a_node_in_default_it_is_written_in_kube_system()
    {
        using RecordingServer server = new() { Answer = n => n == 1 ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.Created };
        EventRecorder recorder = RecorderOf(server);
        await recorder.RecordAsync(Key("first") with { Kind = "Node", Namespace = "" }, default);
        await recorder.RecordAsync(Key("second") with { Kind = "Node", Namespace = "" }, default);
        Assert.That(server.Requests.Select(r => r.Path.Split('/')[^2]), Is.EqualTo(new[] { "default", "kube-system", "kube-system" }));
        Assert.That(server.Requests.Select(r => (string?)r.Body["metadata"]!["namespace"]), Is.EqualTo(new[] { "default", "kube-system", "kube-system" }));
    }

    [Test]
    public async Task A_note_that_is_too_long_is_cut_at_a_whole_character()
    {
        using RecordingServer server = new();
        await RecorderOf(server).RecordAsync(Key(string.Concat(Enumerable.Repeat("é😀", 400))), default);
        string note = (string)server.Requests.Single().Body["note"]!;
        Assert.That(Encoding.UTF8.GetByteCount(note), Is.InRange(1000, 1024));
        Assert.That(note, Does.EndWith("..."));
        Assert.That(note, Does.Not.Contain('\uFFFD'));
    }

    [Test]
    public async Task The_event_of_a_pod_with_the_longest_name_has_a_name_that_the_server_takes()
    {
        using RecordingServer server = new();
        await RecorderOf(server).RecordAsync(Key("note") with { Name = new string('a', 235) + "-" + new string('b', 17) }, default);
        string name = (string)server.Requests.Single().Body["metadata"]!["name"]!;
        Assert.That(name, Has.Length.LessThanOrEqualTo(253).And.Matches("^a{235}\\.[0-9a-f]{16}$"));
    }

    private EventRecorder RecorderOf(RecordingServer server) => new(server.Client(), "gpuscheduler", "replica", _time);

    private static EventKey Key(string note) => new("Pod", "ns", "p", "uid", IsWarning: true, "FailedScheduling", "Scheduling", note);
}
