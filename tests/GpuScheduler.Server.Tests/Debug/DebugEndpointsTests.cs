using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using GpuScheduler.Cluster;
using GpuScheduler.Kubernetes;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Server.Tests;

public sealed class DebugEndpointsTests
{
    private static readonly QueuedPodDump Waiting = new()
    {
        Namespace = "ml",
        Name = "train-0",
        Pool = QueuePool.Unschedulable,
        Attempts = 3,
        Gpus = "nvidia.com/gpu=8",
        RejectedBy = ["GpuFit"],
    };

    [Test]
    public async Task The_queue_is_a_list_of_pods_with_what_rejected_them()
    {
        await using RunningServer server = await StartAsync(new[] { Waiting, Waiting with { Name = "train-1", Pool = QueuePool.Active } }.ToAsyncEnumerable());
        JsonElement queue = await GetJsonAsync(server, "/debug/queue");
        Assert.That(queue.EnumerateArray().Select(p => p.GetProperty("name").GetString()), Is.EqualTo(new[] { "train-0", "train-1" }));
        Assert.That(queue[0].GetProperty("pool").GetString(), Is.EqualTo("Unschedulable"));
        Assert.That(queue[0].GetProperty("rejectedBy")[0].GetString(), Is.EqualTo("GpuFit"));
        Assert.That(queue[0].GetProperty("gpus").GetString(), Is.EqualTo("nvidia.com/gpu=8"));
    }

    [Test]
    public async Task A_long_queue_is_sent_while_it_is_still_being_read()
    {
        Channel<QueuedPodDump> source = Channel.CreateUnbounded<QueuedPodDump>();
        await using RunningServer server = await StartAsync(source.Reader.ReadAllAsync());
        for (int i = 0; i < 500; i++)
        {
            source.Writer.TryWrite(Waiting with { Name = $"pod-{i}" });
        }

        using HttpResponseMessage response = await server.Client.GetAsync(new Uri(server.Server.DebugAddress!, "/debug/queue"), HttpCompletionOption.ResponseHeadersRead);
        await using Stream body = await response.Content.ReadAsStreamAsync();
        using StreamReader reader = new(body);
        string? line;
        do
        {
            line = await reader.ReadLineAsync();
        }
        while (line is not null && !line.Contains("\"pod-0\"", StringComparison.Ordinal));

        Assert.That(line, Is.Not.Null, "the first pod comes before the last one exists");
        source.Writer.TryWrite(Waiting with { Name = "the-last" });
        source.Writer.Complete();
        Assert.That(await reader.ReadToEndAsync(), Does.Contain("the-last").And.EndsWith("]"));
    }

    [Test]
    public async Task The_snapshot_shows_devices_and_who_holds_them()
    {
        await using RunningServer server = await StartAsync(AsyncEnumerable.Empty<QueuedPodDump>());
        JsonElement nodes = await GetJsonAsync(server, "/debug/snapshot");
        Assert.That(nodes.GetArrayLength(), Is.EqualTo(2));
        JsonElement node = await GetJsonAsync(server, "/debug/snapshot?node=gpu-1");
        Assert.That(node.GetProperty("devices")[1].GetProperty("freeMilli").GetInt32(), Is.EqualTo(750));
        Assert.That(node.GetProperty("pods")[0].GetProperty("pod").GetString(), Is.EqualTo("default/a"));
        Assert.That(node.GetProperty("pods")[0].GetProperty("devices").GetString(), Is.EqualTo("1"));
        Assert.That(node.GetProperty("resources").GetProperty("pods").GetProperty("requested").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task One_pod_is_found_wherever_it_is()
    {
        await using RunningServer server = await StartAsync(
            AsyncEnumerable.Empty<QueuedPodDump>(), new PodDump { Namespace = "ml", Name = "train-0", State = "bound", Node = "gpu-1", Devices = "0,3" });
        JsonElement pod = await GetJsonAsync(server, "/debug/pods/ml/train-0");
        Assert.That(pod.GetProperty("devices").GetString(), Is.EqualTo("0,3"));
    }

    [TestCase("/debug/pods/ml/nobody", "the scheduler does not know pod ml/nobody\n")]
    [TestCase("/debug/snapshot?node=nowhere", "the snapshot has no node \"nowhere\"\n")]
    public async Task What_is_unknown_is_not_found(string path, string message)
    {
        await using RunningServer server = await StartAsync(AsyncEnumerable.Empty<QueuedPodDump>());
        using HttpResponseMessage response = await server.GetDebugAsync(path);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo(message));
    }

    [Test]
    public async Task The_configuration_in_force_is_shown_as_it_is_written()
    {
        await using RunningServer server = await StartAsync(AsyncEnumerable.Empty<QueuedPodDump>());
        using HttpResponseMessage response = await server.GetDebugAsync("/debug/config");
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo("parallelism: 16\n"));
    }

    [Test]
    public async Task Dumps_are_on_their_own_address_alone()
    {
        await using RunningServer server = await StartAsync(AsyncEnumerable.Empty<QueuedPodDump>());
        using HttpResponseMessage onServing = await server.GetAsync("/debug/queue");
        using HttpResponseMessage metricsOnDebug = await server.GetDebugAsync("/metrics");
        Assert.That(onServing.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(metricsOnDebug.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private static Task<RunningServer> StartAsync(IAsyncEnumerable<QueuedPodDump> queue, params PodDump[] pods)
    {
        ClusterWriter cluster = new(_ => 0);
        cluster.SetNodes(new Node { Name = "gpu-1", Shape = DeviceShape.Uniform("Tesla-T4", 2) }, new Node { Name = "cpu-1" });
        PodSpec quarter = new() { Devices = new DeviceRequest { Count = 1, Milli = 250 } };
        cluster.Working.Place(0, new Pod { Name = "a", Spec = quarter }, cluster.Classes.Intern(quarter), DeviceSet.Only(1));
        return RunningServer.StartAsync(debug: new FixedDebug(cluster.Publish(), queue, pods));
    }

    private static async Task<JsonElement> GetJsonAsync(RunningServer server, string path)
    {
        using HttpResponseMessage response = await server.GetDebugAsync(path);
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/json"));
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }
}
