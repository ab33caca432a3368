using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using GpuScheduler.Emulator;
using GpuScheduler.Kubernetes;

namespace GpuScheduler.Live.Tests;

/// <summary>
/// A test's part of a server: a namespace, a scheduler name and nodes of its own (other tests' nodes are kept off by a label), so that tests share a server.
/// </summary>
internal sealed class LiveCluster : IAsyncDisposable
{
    /// <summary>Label of the racks.</summary>
    public const string Rack = "topology.kubernetes.io/rack";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ApiConnection _connection;
    private readonly ILiveServer _server;
    private readonly List<string> _nodes = [];

    private LiveCluster(ILiveServer server, string name)
    {
        _server = server;
        _connection = server.Connect();
        Name = name;
    }

    /// <summary>Of the namespace, the scheduler, and the lease; a prefix of node names.</summary>
    public string Name { get; }

    public static async Task<LiveCluster> MakeAsync(ServerKind kind) => await MakeAsync(await LiveServers.GetAsync(kind));

    public static async Task<LiveCluster> MakeAsync(ILiveServer server)
    {
        LiveCluster cluster = new(server, $"live-{Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..8]}");
        await cluster.PostAsync("api/v1/namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = cluster.Name } });
        return cluster;
    }

    public Task AddNodeAsync(string name, int gpus, string regime = "annotation", string rack = "")
    {
        JsonObject node = LiveObjects.Node($"{Name}-{name}", gpus, regime, Name);
        if (rack.Length > 0)
        {
            // Of this test alone: nodes of others may not be in it.
            node["metadata"]!["labels"]![Rack] = $"{Name}-{rack}";
        }

        return AddNodeAsync(node);
    }

    /// <summary>A node where HAMi's device plugin registers GPUs, <c>GPU-0</c> and so on.</summary>
    public Task AddHamiNodeAsync(string name, int gpus) => AddNodeAsync(LiveObjects.HamiNode($"{Name}-{name}", gpus, Name));

    private async Task AddNodeAsync(JsonObject node)
    {
        string full = (string)node["metadata"]!["name"]!;
        _nodes.Add(full);
        await PostAsync("api/v1/nodes", node);

        // A server's admission taints new nodes until they are ready.
        await PatchAsync($"api/v1/nodes/{full}", "application/merge-patch+json", """{"spec":{"taints":null}}""");
        await PatchAsync(
            $"api/v1/nodes/{full}/status", "application/merge-patch+json",
            new JsonObject { ["status"] = node["status"]!.DeepClone() }.ToJsonString());
    }

    /// <summary>A pod for this cluster's scheduler and nodes, not created yet.</summary>
    public JsonObject Pod(string name, int gpus = 0, string fraction = "", string memory = "") => LiveObjects.Pod(Name, name, Name, gpus, fraction, memory, Name);

    public Task<JsonObject> AddPodAsync(string name, int gpus = 0, string fraction = "") => AddPodAsync(Pod(name, gpus, fraction));

    public Task<JsonObject> AddPodAsync(JsonObject pod) => PostAsync($"api/v1/namespaces/{Name}/pods", pod);

    /// <summary>Deletes a pod at once, if it is there.</summary>
    public async Task DeletePodAsync(string name)
    {
        using HttpResponseMessage response = await _connection.Client.DeleteAsync($"api/v1/namespaces/{Name}/pods/{name}?gracePeriodSeconds=0");
        if (response.StatusCode != HttpStatusCode.NotFound)
        {
            await RequireAsync(response);
        }
    }

    /// <summary>Merges this into a pod.</summary>
    public Task PatchPodAsync(string name, string patch) => PatchAsync($"api/v1/namespaces/{Name}/pods/{name}", "application/merge-patch+json", patch);

    /// <summary>Merges this into a node.</summary>
    public Task PatchNodeAsync(string name, string patch) => PatchAsync($"api/v1/nodes/{Name}-{name}", "application/merge-patch+json", patch);

    /// <summary>Binds a pod as another scheduler would.</summary>
    /// <param name="name">The pod.</param>
    /// <param name="node">Its node.</param>
    /// <param name="devices">What it states to hold; empty: nothing.</param>
    public async Task BindAsync(string name, string node, string devices)
    {
        JsonObject annotations = devices.Length == 0 ? [] : new JsonObject { ["gpuscheduler.dev/devices"] = devices };
        (HttpStatusCode code, JsonObject body) = await SendAsync(HttpMethod.Post, $"api/v1/namespaces/{Name}/pods/{name}/binding", new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Binding",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Name, ["annotations"] = annotations },
            ["target"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["name"] = $"{Name}-{node}" },
        }.ToJsonString());
        Assert.That(code, Is.EqualTo(HttpStatusCode.Created), body.ToJsonString());
    }

    public Task<JsonObject> PodAsync(string name) => GetAsync($"api/v1/namespaces/{Name}/pods/{name}");

    public async Task<IReadOnlyList<JsonObject>> PodsAsync() => Items(await GetAsync($"api/v1/namespaces/{Name}/pods"));

    /// <summary>Events of nodes are in the namespace default, or in kube-system on an older server.</summary>
    public async Task<IReadOnlyList<JsonObject>> NodeEventsAsync(string node) =>
        [.. Items(await GetAsync("apis/events.k8s.io/v1/events")).Where(e => (string?)e["regarding"]!["name"] == $"{Name}-{node}")];

    public async Task<IReadOnlyList<JsonObject>> EventsAsync() => Items(await GetAsync($"apis/events.k8s.io/v1/namespaces/{Name}/events"));

    /// <summary>The 20 of 1.20.</summary>
    public async Task<int> MinorVersionAsync() =>
        int.Parse(((string)(await GetAsync("version"))["minor"]!).TrimEnd('+'), CultureInfo.InvariantCulture);

    /// <summary>Sends a request as it is.</summary>
    public async Task<(HttpStatusCode Code, JsonObject Body)> SendAsync(HttpMethod method, string path, string? body = null, string mediaType = "application/json")
    {
        using HttpRequestMessage request = new(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(mediaType));
        }

        using HttpResponseMessage response = await _connection.Client.SendAsync(request);
        return (response.StatusCode, (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    /// <summary>The whole body of an answer; of a watch until it ends.</summary>
    public Task<string> TextAsync(string path) => _connection.Client.GetStringAsync(path);

    /// <summary>An answer in protobuf, with its magic and envelope.</summary>
    public async Task<byte[]> ProtobufAsync(string path)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(ProtobufTranscoder.ContentType));
        using HttpResponseMessage response = await _connection.Client.SendAsync(request);
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo(ProtobufTranscoder.ContentType));
        return await response.Content.ReadAsByteArrayAsync();
    }

    /// <inheritdoc cref="ILiveServer.ForgetHistoryAsync"/>
    public Task ForgetHistoryAsync() => _server.ForgetHistoryAsync();

    /// <summary>Waits until <paramref name="condition"/> holds of all pods.</summary>
    public async Task<IReadOnlyList<JsonObject>> WaitForAsync(string what, Func<IReadOnlyList<JsonObject>, bool> condition)
    {
        using CancellationTokenSource limit = new(Limit);
        IReadOnlyList<JsonObject> pods = await PodsAsync();
        while (!condition(pods))
        {
            if (limit.IsCancellationRequested)
            {
                Assert.Fail($"after {Limit.TotalSeconds} s still not: {what}\n{string.Join('\n', pods.Select(p => $"{p["metadata"]!["name"]} on {p["spec"]!["nodeName"]}: {p["status"]?["conditions"]}"))}");
            }

            await Task.Delay(50);
            pods = await PodsAsync();
        }

        return pods;
    }

    /// <summary>A scheduler as <c>gpusched run</c> makes it, for this cluster's scheduler name.</summary>
    public Task<LiveScheduler> StartSchedulerAsync(string identity = "one", LiveLog? log = null, ApiConnection? connection = null) => LiveScheduler.StartAsync(
        $"""
        leaderElection: {"{"}resourceName: {Name}, resourceNamespace: {Name}, leaseDuration: 3s, renewDeadline: 2s, retryPeriod: 200ms{"}"}
        profiles:
        - schedulerName: {Name}
        """,
        identity, connection ?? _server.Connect(), log);

    public async ValueTask DisposeAsync()
    {
        foreach (JsonObject pod in await PodsAsync())
        {
            await DeletePodAsync((string)pod["metadata"]!["name"]!);
        }

        foreach (string node in _nodes)
        {
            using HttpResponseMessage response = await _connection.Client.DeleteAsync($"api/v1/nodes/{node}");
        }

        _connection.Dispose();
    }

    private static IReadOnlyList<JsonObject> Items(JsonObject list) => [.. list["items"]!.AsArray().Select(i => i!.AsObject())];

    private async Task<JsonObject> GetAsync(string path)
    {
        using HttpResponseMessage response = await _connection.Client.GetAsync(path);
        return await RequireAsync(response);
    }

    private async Task<JsonObject> PostAsync(string path, JsonObject body)
    {
        using StringContent content = new(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage response = await _connection.Client.PostAsync(path, content);
        return await RequireAsync(response);
    }

    private async Task PatchAsync(string path, string mediaType, string body)
    {
        using StringContent content = new(body, Encoding.UTF8, new MediaTypeHeaderValue(mediaType));
        using HttpResponseMessage response = await _connection.Client.PatchAsync(path, content);
        await RequireAsync(response);
    }

    private static async Task<JsonObject> RequireAsync(HttpResponseMessage response)
    {
        string text = await response.Content.ReadAsStringAsync();
        Assert.That(response.IsSuccessStatusCode, $"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri}: {text}");
        return (JsonObject)JsonNode.Parse(text)!;
    }
}
