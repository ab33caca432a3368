using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using GpuScheduler.Kubernetes;

namespace GpuScheduler.Benchmarks;

/// <summary>What live benchmarks create on an API server: GPU nodes and one-GPU pods.</summary>
internal static class LiveApi
{
    private const string Namespace = "default";
    private const int Creators = 32;

    /// <param name="server">A kubeconfig file, or the URL of a server without authentication.</param>
    public static ApiConnection Connect(string server)
    {
        ApiConnectionOptions unlimited = new() { Qps = 0 };
        return server.StartsWith("http", StringComparison.Ordinal)
            ? ApiConnection.To(new Uri(server), unlimited, TimeProvider.System)
            : ApiConnection.FromKubeconfig(server, null, unlimited, TimeProvider.System);
    }

    /// <summary>Nodes of eight GPUs; those that are there already stay.</summary>
    public static Task CreateNodesAsync(HttpClient http, int nodes) => EachAsync(nodes, i => CreateNodeAsync(http, string.Create(CultureInfo.InvariantCulture, $"bench-{i}")));

    public static Task CreatePodAsync(HttpClient http, string name, string scheduler) => PostAsync(http, $"api/v1/namespaces/{Namespace}/pods", Pod(name, scheduler));

    public static async Task DeletePodAsync(HttpClient http, string name)
    {
        using HttpResponseMessage response = await http.DeleteAsync($"api/v1/namespaces/{Namespace}/pods/{name}?gracePeriodSeconds=0");
    }

    public static async Task EachAsync(int count, Func<int, Task> work) =>
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

    public static JsonObject Pod(string name, string scheduler)
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
