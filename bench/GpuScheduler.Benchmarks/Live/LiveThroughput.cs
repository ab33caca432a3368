using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using GpuScheduler.Kubernetes;

namespace GpuScheduler.Benchmarks;

/// <summary>
/// Measures whatever scheduler runs on an API server: creates GPU nodes and one-GPU pods, and watches how soon they are bound.
/// bench/live-throughput starts the server and the schedulers to compare.
/// </summary>
internal sealed class LiveThroughput : IObjectHandler<PodObject>
{
    private const string Namespace = "default";
    private const int Creators = 32;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, long> _created = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _bound = new(StringComparer.Ordinal);

    /// <param name="args">KUBECONFIG or URL, scheduler name, nodes, pods.</param>
    /// <param name="output">One line of figures.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        if (args is not [var server, var scheduler, var nodesText, var podsText]
            || !int.TryParse(nodesText, CultureInfo.InvariantCulture, out int nodes) || !int.TryParse(podsText, CultureInfo.InvariantCulture, out int pods))
        {
            await output.WriteLineAsync("usage: live KUBECONFIG|URL SCHEDULER NODES PODS");
            return 2;
        }

        ApiConnectionOptions unlimited = new() { Qps = 0 };
        using ApiConnection connection = server.StartsWith("http", StringComparison.Ordinal)
            ? ApiConnection.To(new Uri(server), unlimited, TimeProvider.System)
            : ApiConnection.FromKubeconfig(server, null, unlimited, TimeProvider.System);
        return await new LiveThroughput().MeasureAsync(connection, scheduler, nodes, pods, output);
    }

    public void OnAdded(PodObject value) => Note(value);

    public void OnUpdated(PodObject before, PodObject after) => Note(after);

    public void OnDeleted(PodObject last)
    {
        // Only bindings count.
    }

    public void OnSynced()
    {
        // Nothing waits for it.
    }

    private void Note(PodObject pod)
    {
        if (pod.Pod.BoundNode.Length > 0)
        {
            _bound.TryAdd(pod.Pod.Name, Stopwatch.GetTimestamp());
        }
    }

    private async Task<int> MeasureAsync(ApiConnection connection, string scheduler, int nodes, int pods, TextWriter output)
    {
        await EachAsync(nodes, i => CreateNodeAsync(connection.Client, $"bench-{i}"));
        using CancellationTokenSource stop = new();
        Reflector<PodObject> watch = new(
            connection.Client, connection.BaseAddress, new PodDecoder(), this, NoWatchObserver.Instance, new ReflectorOptions(), TimeProvider.System);
        Task watching = Task.Run(() => watch.RunAsync(stop.Token));
        await Task.Delay(TimeSpan.FromSeconds(3));

        string prefix = $"bench-{scheduler}-";
        long started = Stopwatch.GetTimestamp();
        await EachAsync(pods, async i =>
        {
            string name = $"{prefix}{i}";
            _created[name] = Stopwatch.GetTimestamp();
            await PostAsync(connection.Client, $"api/v1/namespaces/{Namespace}/pods", Pod(name, scheduler));
        });
        TimeSpan creating = Stopwatch.GetElapsedTime(started);
        while (_bound.Keys.Count(n => n.StartsWith(prefix, StringComparison.Ordinal)) < pods && Stopwatch.GetElapsedTime(started) < Limit)
        {
            await Task.Delay(50);
        }

        await stop.CancelAsync();
        await watching;
        double[] waits = [.. _bound.Where(b => _created.ContainsKey(b.Key)).Select(b => Stopwatch.GetElapsedTime(_created[b.Key], b.Value).TotalMilliseconds).Order()];
        TimeSpan total = waits.Length == 0 ? Limit : Stopwatch.GetElapsedTime(started, _bound.Where(b => _created.ContainsKey(b.Key)).Max(b => b.Value));
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{scheduler}: {waits.Length} of {pods} pods bound on {nodes} nodes in {total.TotalSeconds:F2} s: {waits.Length / total.TotalSeconds:F0} pods/s; created in {creating.TotalSeconds:F2} s; create to bind: median {At(waits, 0.5):F0} ms, 99th percentile {At(waits, 0.99):F0} ms"));
        await EachAsync(pods, async i =>
        {
            using HttpResponseMessage response = await connection.Client.DeleteAsync($"api/v1/namespaces/{Namespace}/pods/{prefix}{i}?gracePeriodSeconds=0");
        });
        return waits.Length == pods ? 0 : 1;
    }

    private static double At(double[] sorted, double share) => sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];

    private static async Task EachAsync(int count, Func<int, Task> work) =>
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Creators }, async (i, _) => await work(i));

    private static async Task CreateNodeAsync(HttpClient http, string name)
    {
        JsonObject resources = new() { ["cpu"] = "64", ["memory"] = "512Gi", ["pods"] = "250", ["nvidia.com/gpu"] = "8" };
        JsonObject node = new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Node",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = new JsonObject { ["nvidia.com/gpu.product"] = "NVIDIA-A100-SXM4-80GB", ["nvidia.com/gpu.memory"] = "81920", ["nvidia.com/gpu.count"] = "8" },
                ["annotations"] = new JsonObject { ["gpuscheduler.dev/allocation-regime"] = "annotation" },
            },
        };
        JsonObject status = new() { ["status"] = new JsonObject { ["capacity"] = resources, ["allocatable"] = resources.DeepClone() } };
        using HttpResponseMessage created = await http.PostAsync("api/v1/nodes", Json(node, "application/json"));
        using HttpResponseMessage untainted = await http.PatchAsync(
            $"api/v1/nodes/{name}", new StringContent("""{"spec":{"taints":null}}""", Encoding.UTF8, "application/merge-patch+json"));
        using HttpResponseMessage ready = await http.PatchAsync($"api/v1/nodes/{name}/status", Json(status, "application/merge-patch+json"));
        ready.EnsureSuccessStatusCode();
    }

    private static JsonObject Pod(string name, string scheduler)
    {
        JsonObject resources = new() { ["cpu"] = "100m", ["nvidia.com/gpu"] = "1" };
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject
            {
                ["schedulerName"] = scheduler,
                ["containers"] = new JsonArray(new JsonObject
                {
                    ["name"] = "main",
                    ["image"] = "registry.example/main:1",
                    ["resources"] = new JsonObject { ["requests"] = resources, ["limits"] = resources.DeepClone() },
                }),
            },
        };
    }

    private static async Task PostAsync(HttpClient http, string path, JsonObject body)
    {
        using HttpResponseMessage response = await http.PostAsync(path, Json(body, "application/json"));
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(await response.Content.ReadAsStringAsync());
        }
    }

    private static StringContent Json(JsonObject body, string mediaType) => new(body.ToJsonString(), Encoding.UTF8, mediaType);
}
