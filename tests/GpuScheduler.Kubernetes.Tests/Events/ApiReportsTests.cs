using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using GpuScheduler.Cluster;
using Microsoft.Extensions.Logging.Abstractions;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
internal sealed class ApiReportsTests
{
    [Test]
    public async Task Several_are_written_at_a_time_and_those_of_one_pod_in_their_order()
    {
        using SlowServer server = new();
        HttpClient http = new(server, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };
        await using (ApiReports reports = new(
            () => new EventRecorder(http, "gpuscheduler", "one", TimeProvider.System), new PodStatusWriter(http, TimeProvider.System), new GangStatusWriter(http, TimeProvider.System), () => true, TimeProvider.System, NullLogger.Instance))
        {
            for (int i = 0; i < 4; i++)
            {
                foreach (PodObject pod in Enumerable.Range(0, 25).Select(Pod))
                {
                    reports.PodEvent(pod, isWarning: true, "FailedScheduling", "Scheduling", $"note {i}");
                }
            }

            // The first of each lane stands before the server until it may go.
            Assert.That(() => server.UnderWay, Is.InRange(2, 8).After(10_000, 10));
            server.LetGo();
        }

        Assert.That(server.MostUnderWay, Is.LessThanOrEqualTo(8));
        Assert.That(server.Notes, Has.Count.EqualTo(25));
        Assert.That(server.Notes.Values, Is.All.EqualTo(new[] { "note 0", "note 1", "note 2", "note 3" }));
    }

    [Test]
    public async Task A_standby_writes_nothing()
    {
        using RecordingServer server = new();
        await using (ApiReports reports = new(
            () => new EventRecorder(server.Client(), "gpuscheduler", "one", TimeProvider.System), new PodStatusWriter(server.Client(), TimeProvider.System), new GangStatusWriter(server.Client(), TimeProvider.System), () => false,
            TimeProvider.System, NullLogger.Instance))
        {
            reports.PodEvent(Pod(1), isWarning: true, "FailedScheduling", "Scheduling", "note");
        }

        Assert.That(server.Requests, Is.Empty);
    }

    private static PodObject Pod(int number) => new() { Pod = new Pod { Name = $"p{number}", Uid = $"u{number}", Spec = new PodSpec() }, ResourceVersion = "1" };

    /// <summary>Answers nothing until it is let go.</summary>
    private sealed class SlowServer : HttpMessageHandler
    {
        private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _underWay;
        private int _most;

        public int UnderWay => Volatile.Read(ref _underWay);

        public int MostUnderWay => Volatile.Read(ref _most);

        public ConcurrentDictionary<string, string[]> Notes { get; } = new();

        public void LetGo() => _go.SetResult();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            int now = Interlocked.Increment(ref _underWay);
            InterlockedMax(ref _most, now);
            JsonNode body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            string note = (string)body["note"]!;
            Notes.AddOrUpdate((string)body["regarding"]!["name"]!, [note], (_, before) => [.. before, note]);
            await _go.Task.WaitAsync(cancellationToken);
            Interlocked.Decrement(ref _underWay);
            return new HttpResponseMessage(HttpStatusCode.Created) { Content = new StringContent("{}") };
        }

        private static void InterlockedMax(ref int most, int value)
        {
            for (int seen = Volatile.Read(ref most); value > seen && Interlocked.CompareExchange(ref most, value, seen) != seen; seen = Volatile.Read(ref most))
            {
            }
        }
    }
}
