using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace GpuScheduler.Live.Tests;

/// <summary>Gangs, on every kind of server.</summary>
[TestFixture(ServerKind.Emulator)]
[TestFixture(ServerKind.Real)]
public sealed class GangTests(ServerKind kind)
{
    private const string Group = "scheduling.volcano.sh";

    [Test]
    public async Task All_pods_of_a_gang_are_bound_inside_one_rack()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        foreach (string node in (string[])["a0", "a1", "b0", "b1"])
        {
            await cluster.AddNodeAsync(node, 4, rack: node[..1]);
        }

        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync();
        await cluster.AddPodAsync("filler", gpus: 1);
        IReadOnlyList<JsonObject> pods = await cluster.WaitForAsync("one is bound", all => all.Any(IsBound));
        string taken = RackOf(pods[0]);
        await AddGangAsync(cluster, "train", 4, gpus: 2);
        pods = await cluster.WaitForAsync("all are bound", all => all.Count == 5 && all.All(IsBound));
        Assert.That(pods.Where(IsOf("train")).Select(RackOf).Distinct(), Is.EqualTo(new[] { taken == "a" ? "b" : "a" }));
        DeviceLedger.AssertNoneOver(pods);
    }

    [Test]
    public async Task A_gang_that_lacks_one_GPU_binds_no_pod_and_holds_no_device_until_a_node_comes()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        await cluster.AddNodeAsync("a0", 4, rack: "a");
        await cluster.AddNodeAsync("a1", 4, rack: "a");
        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync();
        await cluster.AddPodAsync("filler", gpus: 1);
        await cluster.WaitForAsync("the filler is bound", all => all.Any(IsBound));
        await AddGangAsync(cluster, "train", 8, gpus: 1);
        IReadOnlyList<JsonObject> pods = await cluster.WaitForAsync("all of the gang are told why", all => all.Count(p => IsOf("train")(p) && Reason(p) == "Unschedulable") == 8);
        Assert.That(pods.Where(IsOf("train")).Select(Message), Has.All.Contains("7 of 8"));

        // All that is left is free for others: not a device is held.
        for (int i = 0; i < 7; i++)
        {
            await cluster.AddPodAsync($"small{i}", gpus: 1);
        }

        pods = await cluster.WaitForAsync("the small ones are bound", all => all.Count(IsBound) == 8);
        Assert.That(pods.Where(IsOf("train")).Where(IsBound), Is.Empty);
        await cluster.AddNodeAsync("b0", 7, rack: "b");
        await cluster.AddNodeAsync("b1", 1, rack: "b");
        pods = await cluster.WaitForAsync("the whole gang is bound", all => all.All(IsBound));
        Assert.That(pods.Where(IsOf("train")).Select(RackOf), Has.All.EqualTo("b"));
        DeviceLedger.AssertNoneOver(pods);
    }

    [Test]
    public async Task Pods_of_a_Volcano_group_wait_for_it_and_its_status_says_what_became_of_it()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        await DefineAsync(cluster);
        await cluster.AddNodeAsync("a0", 2, rack: "a");
        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync();
        for (int i = 0; i < 3; i++)
        {
            JsonObject pod = cluster.Pod($"train-{i}", gpus: 1);
            pod["metadata"]!["annotations"]!["scheduling.k8s.io/group-name"] = "train";
            await cluster.AddPodAsync(pod);
        }

        IReadOnlyList<JsonObject> pods = await cluster.WaitForAsync("they say for what they wait", all => all.All(p => Reason(p) == "WaitingForGang"));
        Assert.That(pods.Select(Message), Has.All.Contains($"waits for podgroups.{Group} {cluster.Name}/train, which does not exist yet"));
        string path = $"apis/{Group}/v1beta1/namespaces/{cluster.Name}/podgroups";
        await SendAsync(cluster, HttpMethod.Post, path, new JsonObject
        {
            ["apiVersion"] = $"{Group}/v1beta1",
            ["kind"] = "PodGroup",
            ["metadata"] = new JsonObject { ["name"] = "train" },
            ["spec"] = new JsonObject { ["minMember"] = 3 },
        });
        await Eventually.IsAsync(async () => Status(await ReadAsync(cluster, $"{path}/train")), Is.EqualTo("Inqueue Unschedulable"));
        Assert.That((await cluster.PodsAsync()).Where(IsBound), Is.Empty);
        await cluster.AddNodeAsync("a1", 1, rack: "a");
        await cluster.WaitForAsync("all are bound", all => all.Count == 3 && all.All(IsBound));
        await Eventually.IsAsync(async () => Status(await ReadAsync(cluster, $"{path}/train")), Is.EqualTo("Running Unschedulable Scheduled"));
        await Eventually.IsAsync(
            async () => (await cluster.EventsAsync()).Where(e => (string?)e["regarding"]!["kind"] == "PodGroup").Select(e => $"{e["reason"]} {e["note"]}").ToArray(),
            Has.Some.StartsWith("FailedScheduling ").And.Some.EqualTo("Scheduled All that it needs is bound: 3 pods"));
    }

    private static async Task AddGangAsync(LiveCluster cluster, string name, int size, int gpus)
    {
        for (int i = 0; i < size; i++)
        {
            JsonObject pod = cluster.Pod($"{name}-{i}", gpus);
            JsonNode annotations = pod["metadata"]!["annotations"]!;
            annotations["gpuscheduler.dev/gang"] = name;
            annotations["gpuscheduler.dev/gang-size"] = size.ToString(CultureInfo.InvariantCulture);
            annotations["gpuscheduler.dev/gang-required-level"] = LiveCluster.Rack;
            await cluster.AddPodAsync(pod);
        }
    }

    /// <summary>Volcano's PodGroup as its own definition has it as far as matters here: without the subresource status.</summary>
    private static async Task DefineAsync(LiveCluster cluster)
    {
        JsonObject definition = JsonNode.Parse($$$"""
            {
              "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "podgroups.{{{Group}}}"},
              "spec": {
                "group": "{{{Group}}}", "scope": "Namespaced", "names": {"plural": "podgroups", "singular": "podgroup", "kind": "PodGroup", "listKind": "PodGroupList"},
                "versions": [{
                  "name": "v1beta1", "served": true, "storage": true,
                  "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}
                }]
              }
            }
            """)!.AsObject();
        (HttpStatusCode code, JsonObject body) = await cluster.SendAsync(HttpMethod.Post, "apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition.ToJsonString());
        Assert.That(code, Is.EqualTo(HttpStatusCode.Created).Or.EqualTo(HttpStatusCode.Conflict), body.ToJsonString());

        // A scheduler that starts before the resource is discoverable looks for it again only after a while.
        await Eventually.IsAsync(() => IsServedAsync(cluster), Is.True);
    }

    private static async Task<bool> IsServedAsync(LiveCluster cluster)
    {
        try
        {
            return (await cluster.TextAsync($"apis/{Group}/v1beta1")).Contains("podgroups", StringComparison.Ordinal)
                && (await cluster.TextAsync($"apis/{Group}/v1beta1/podgroups")).Contains("PodGroupList", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task SendAsync(LiveCluster cluster, HttpMethod method, string path, JsonObject body)
    {
        (HttpStatusCode code, JsonObject answer) = await cluster.SendAsync(method, path, body.ToJsonString());
        Assert.That((int)code, Is.InRange(200, 299), answer.ToJsonString());
    }

    private static async Task<JsonObject> ReadAsync(LiveCluster cluster, string path) => (await cluster.SendAsync(HttpMethod.Get, path)).Body;

    /// <summary>Phase and types of the conditions.</summary>
    private static string Status(JsonObject group) =>
        string.Join(' ', [(string?)group["status"]?["phase"] ?? "", .. group["status"]?["conditions"]?.AsArray().Select(c => (string)c!["type"]!) ?? []]);

    private static Func<JsonObject, bool> IsOf(string gang) => pod => ((string)pod["metadata"]!["name"]!).StartsWith($"{gang}-", StringComparison.Ordinal);

    private static bool IsBound(JsonObject pod) => pod["spec"]!["nodeName"] is not null;

    private static string RackOf(JsonObject pod) => ((string)pod["spec"]!["nodeName"]!)[^2..^1];

    private static string Reason(JsonObject pod) => (string?)Condition(pod)?["reason"] ?? "";

    private static string Message(JsonObject pod) => (string?)Condition(pod)?["message"] ?? "";

    private static JsonObject? Condition(JsonObject pod) =>
        pod["status"]?["conditions"]?.AsArray().Select(c => c!.AsObject()).FirstOrDefault(c => (string?)c["type"] == "PodScheduled" && (string?)c["status"] == "False");
}
