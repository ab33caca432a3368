using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using GpuScheduler.Emulator;
using GpuScheduler.Kubernetes;

namespace GpuScheduler.Live.Tests;

/// <summary>Nonsense in the cluster: each is named in the log, in a metric and, where a user can act, in an event on the object; all else goes on being scheduled.</summary>
[TestFixture(ServerKind.Emulator)]
[TestFixture(ServerKind.Real)]
public sealed class BadInputTests(ServerKind kind)
{
    private readonly LiveLog _log = new();
    private LiveCluster _cluster = null!;

    [SetUp]
    public async Task Make() => _cluster = await LiveCluster.MakeAsync(kind);

    [TearDown]
    public async Task Drop()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == NUnit.Framework.Interfaces.TestStatus.Failed)
        {
            await TestContext.Out.WriteLineAsync(string.Join('\n', _log.Lines));
        }

        _log.Dispose();
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    [Test]
    public async Task A_node_whose_labels_contradict_its_status_is_named_and_the_others_serve()
    {
        await _cluster.AddNodeAsync("wrong", 4);
        await _cluster.PatchNodeAsync("wrong", """{"metadata":{"labels":{"nvidia.com/gpu.count":"8"},"annotations":{"gpuscheduler.dev/allocation-regime":"anotation"}}}""");
        await _cluster.AddNodeAsync("right", 2);
        await using LiveScheduler scheduler = await _cluster.StartSchedulerAsync(log: _log);
        await _cluster.AddPodAsync("half", fraction: "0.5");
        await BoundAsync("half", "right");
        await Eventually.IsAsync(
            async () => (await _cluster.NodeEventsAsync("wrong")).Select(e => $"{e["type"]} {e["reason"]} {e["note"]}"),
            Has.Some.Matches("^Warning InvalidDevices .*labelled with 8 GPUs but its status offers 4").And.Some.Contains("\"anotation\" is no allocation regime; did you mean"));
        Assert.That(_log.Lines, Has.Some.Matches($"Warning Problem with node .*{_cluster.Name}-wrong.*labelled with 8 GPUs"));
        Assert.That(await scheduler.MetricAsync("gpuscheduler_decode_failures_total{resource=\"nodes\"}"), Is.GreaterThanOrEqualTo(2));
    }

    [Test]
    public async Task A_request_that_is_nonsense_is_named_and_the_others_are_scheduled()
    {
        await _cluster.AddNodeAsync("a", 2);
        await using LiveScheduler scheduler = await _cluster.StartSchedulerAsync(log: _log);
        await _cluster.AddPodAsync("nonsense", fraction: "half");
        await _cluster.AddPodAsync("whole", gpus: 1);
        await BoundAsync("whole", "a");
        await Eventually.IsAsync(async () => await EventsOfAsync("nonsense"), Has.Some.Matches("^Warning FailedScheduling .*\"half\""));
        Assert.That(_log.Lines, Has.Some.Matches($"Warning Problem with pod {_cluster.Name}/nonsense .*\"half\""));
        Assert.That(await scheduler.MetricAsync("gpuscheduler_decode_failures_total{resource=\"pods\"}"), Is.GreaterThanOrEqualTo(1));
    }

    [Test]
    public async Task Devices_edited_into_nonsense_are_named_and_stay_with_their_pod()
    {
        await _cluster.AddNodeAsync("a", 2);
        await using LiveScheduler scheduler = await _cluster.StartSchedulerAsync(log: _log);
        await _cluster.AddPodAsync(_cluster.Pod("first", gpus: 1));
        await BoundAsync("first", "a");
        await _cluster.AddPodAsync(_cluster.Pod("second", gpus: 1));
        await BoundAsync("second", "a");
        string freed = Devices(await _cluster.PodAsync("first"));
        await _cluster.DeletePodAsync("first");
        await _cluster.PatchPodAsync("second", """{"metadata":{"annotations":{"gpuscheduler.dev/devices":"all of them"}}}""");
        await Eventually.IsAsync(async () => await EventsOfAsync("second"), Has.Some.Matches("^Warning InvalidRequest .*\"all of them\" is not a list of devices; write their indices"));
        Assert.That(_log.Lines, Has.Some.Matches($"Warning Problem with pod {_cluster.Name}/second .*\"all of them\""));
        Assert.That(await scheduler.MetricAsync("gpuscheduler_decode_failures_total{resource=\"pods\"}"), Is.GreaterThanOrEqualTo(1));
        await _cluster.AddPodAsync("third", gpus: 1);
        await BoundAsync("third", "a");
        Assert.That(Devices(await _cluster.PodAsync("third")), Is.EqualTo(freed), "the other device is still the second's");
    }

    [Test]
    public async Task A_device_that_two_pods_state_is_named_on_the_later_one_and_the_others_are_given_out()
    {
        await _cluster.AddNodeAsync("a", 3);
        await using LiveScheduler scheduler = await _cluster.StartSchedulerAsync(log: _log);
        foreach (string name in (string[])["first", "second"])
        {
            await _cluster.AddPodAsync(LiveObjects.Pod(_cluster.Name, name, "somebody-else", gpus: 1));
            await _cluster.BindAsync(name, "a", "1");
        }

        await _cluster.AddPodAsync("ours", gpus: 1);
        await BoundAsync("ours", "a");
        Assert.That(Devices(await _cluster.PodAsync("ours")), Is.Not.EqualTo("1"));
        await Eventually.IsAsync(
            async () => (await EventsOfAsync("first")).Concat(await EventsOfAsync("second")),
            Has.Some.Matches($"^Warning DeviceConflict its annotation states devices 1 of node .*, but device 1 is held by {_cluster.Name}/(first|second): delete one of the pods"));
        Assert.That(_log.Lines, Has.Some.Matches("Warning Problem with pod .*DeviceConflict"));
        Assert.That(await scheduler.MetricAsync("gpuscheduler_reconcile_drift_total{kind=\"device-conflict\"}"), Is.GreaterThanOrEqualTo(1));
    }

    [Test]
    public async Task A_watch_that_sends_garbage_is_named_and_begun_again()
    {
        ILiveServer server = await LiveServers.GetAsync(kind);
        FaultPlan plan = new(1, [new FaultRule(FaultKind.GarbageInWatch, 1) { MaxEvents = 0, Path = "/pods" }], TimeProvider.System);
        await using FaultyServer faulty = await server.WithFaultsAsync(plan);
        await _cluster.AddNodeAsync("a", 2);
        await using LiveScheduler scheduler = await _cluster.StartSchedulerAsync(log: _log, connection: faulty.Connect());
        for (int i = 0; i < 4; i++)
        {
            await _cluster.AddPodAsync($"p{i}", fraction: "0.5");
            await BoundAsync($"p{i}", "a");
        }

        Assert.That(plan.Counts[FaultKind.GarbageInWatch], Is.GreaterThanOrEqualTo(1));
        Assert.That(_log.Lines, Has.Some.StartsWith("Warning The watch of pods ended: Malformed"));
        Assert.That(await scheduler.MetricAsync("gpuscheduler_watch_restarts_total{resource=\"pods\",reason=\"Malformed\"}"), Is.GreaterThanOrEqualTo(1));
    }

    [Test]
    public async Task A_kubeconfig_that_points_nowhere_is_named_until_somebody_is_there()
    {
        if (kind == ServerKind.Real)
        {
            Assert.Ignore("the port is the same whoever comes to listen on it: the emulator does");
        }

        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Dispose();
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $"""
            apiVersion: v1
            kind: Config
            clusters: [{"{"}name: c, cluster: {"{"}server: "http://127.0.0.1:{port}"{"}}"}]
            contexts: [{"{"}name: x, context: {"{"}cluster: c{"}}"}]
            current-context: x
            """);
        ApiConnection connection = ApiConnection.FromKubeconfig(file, null, new ApiConnectionOptions { Qps = 0 }, TimeProvider.System);
        File.Delete(file);
        await using LiveScheduler scheduler = await _cluster.StartSchedulerAsync(log: _log, connection: connection);
        await Eventually.IsAsync(() => Task.FromResult(_log.Lines), Has.Some.Matches($"Warning The watch of pods ended: .*127.0.0.1:{port}.*next try in"));
        Assert.That(await scheduler.MetricAsync("gpuscheduler_watch_restarts_total{resource=\"pods\""), Is.GreaterThanOrEqualTo(1));
        Assert.That(await scheduler.ReadinessAsync(), Does.StartWith("500").And.Contains("watch-pods failed"));

        await using EmulatorServer server = await EmulatorServer.StartAsync(new EmulatorOptions { Port = port });
        JsonObject node = LiveObjects.Node("late", 2, label: _cluster.Name);
        server.Cluster.Create(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = _cluster.Name } });
        server.Cluster.Create(node);
        server.Cluster.UpdateStatus(node);
        server.Cluster.Create(_cluster.Pod("p", gpus: 1));
        await Eventually.IsAsync(() => Task.FromResult((string?)server.Cluster.Get("pods", _cluster.Name, "p")!["spec"]!["nodeName"]), Is.EqualTo("late"));
    }

    private Task BoundAsync(string pod, string node) =>
        Eventually.IsAsync(async () => (string?)(await _cluster.PodAsync(pod))["spec"]!["nodeName"], Is.EqualTo($"{_cluster.Name}-{node}"));

    private async Task<string[]> EventsOfAsync(string pod) =>
        [.. (await _cluster.EventsAsync()).Where(e => (string?)e["regarding"]!["name"] == pod).Select(e => $"{e["type"]} {e["reason"]} {e["note"]}")];

    private static string Devices(JsonObject pod) => (string?)pod["metadata"]!["annotations"]?["gpuscheduler.dev/devices"] ?? "";
}
