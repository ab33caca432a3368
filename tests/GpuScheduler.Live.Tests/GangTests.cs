using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace GpuScheduler.Live.Tests;

/// <summary>Gangs, on every kind of server.</summary>
[TestFixture(ServerKind.Emulator)]
[TestFixture(ServerKind.Real)]
public sealed class GangTests(ServerKind kind)
{
    private const string Volcano = "scheduling.volcano.sh", Kai = "scheduling.run.ai", Coscheduling = "scheduling.x-k8s.io", Koordinator = "scheduling.sigs.k8s.io";

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
        await DefineAsync(cluster, Volcano, "v1beta1", hasStatus: false);
        await cluster.AddNodeAsync("a0", 2, rack: "a");
        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync();
        for (int i = 0; i < 3; i++)
        {
            JsonObject pod = cluster.Pod($"train-{i}", gpus: 1);
            pod["metadata"]!["annotations"]!["scheduling.k8s.io/group-name"] = "train";
            await cluster.AddPodAsync(pod);
        }

        IReadOnlyList<JsonObject> pods = await cluster.WaitForAsync("they say for what they wait", all => all.All(p => Reason(p) == "WaitingForGang"));
        Assert.That(pods.Select(Message), Has.All.Contains($"waits for podgroups.{Volcano} {cluster.Name}/train, which does not exist yet"));
        string path = await AddPodGroupAsync(cluster, Volcano, "v1beta1", "train", 3);
        await Eventually.IsAsync(async () => Status(await ReadAsync(cluster, path)), Is.EqualTo("Inqueue Unschedulable"));
        Assert.That((await cluster.PodsAsync()).Where(IsBound), Is.Empty);
        await cluster.AddNodeAsync("a1", 1, rack: "a");
        await cluster.WaitForAsync("all are bound", all => all.Count == 3 && all.All(IsBound));
        await Eventually.IsAsync(async () => Status(await ReadAsync(cluster, path)), Is.EqualTo("Running Unschedulable Scheduled"));
        await Eventually.IsAsync(
            async () => (await cluster.EventsAsync()).Where(e => (string?)e["regarding"]!["kind"] == "PodGroup").Select(e => $"{e["reason"]} {e["note"]}").ToArray(),
            Has.Some.StartsWith("FailedScheduling ").And.Some.EqualTo("Scheduled All that it needs is bound: 3 pods"));
    }

    [Test]
    public async Task Pods_of_a_group_of_the_coscheduling_plugin_are_bound_together_or_not_at_all_and_its_status_is_its_controller_s()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        await DefineAsync(cluster, Coscheduling, "v1alpha1", hasStatus: true);
        await cluster.AddNodeAsync("a0", 2);
        LiveScheduler first = await cluster.StartSchedulerAsync();
        string path = await AddPodGroupAsync(cluster, Coscheduling, "v1alpha1", "train", 3);
        for (int i = 0; i < 3; i++)
        {
            await AddLabelledAsync(cluster, $"train-{i}", $"{Coscheduling}/pod-group", "train");
        }

        IReadOnlyList<JsonObject> pods = await cluster.WaitForAsync("all are told why", all => all.Count == 3 && all.All(p => Reason(p) == "Unschedulable"));
        Assert.That(pods.Select(Message), Has.All.Contains("2 of 3"));
        Assert.That(pods.Where(IsBound), Is.Empty);
        await cluster.AddNodeAsync("a1", 1);
        await cluster.WaitForAsync("all are bound", all => all.Count == 3 && all.All(IsBound));
        await Eventually.IsAsync(
            async () => (await cluster.EventsAsync()).Where(e => (string?)e["regarding"]!["kind"] == "PodGroup").Select(e => $"{e["reason"]} {e["note"]}").ToArray(),
            Has.Some.StartsWith("FailedScheduling ").And.Some.EqualTo("Scheduled All that it needs is bound: 3 pods"));
        Assert.That((await ReadAsync(cluster, path))["status"], Is.Null, "the plugin's controller finds out by itself, from the pods");
        await first.DisposeAsync();

        // That controller says that the group runs; so a next leader need not wait for three of them.
        await SendAsync(cluster, HttpMethod.Patch, $"{path}/status", new JsonObject { ["status"] = new JsonObject { ["phase"] = "Running" } }, "application/merge-patch+json");
        await cluster.DeletePodAsync("train-0");
        await cluster.DeletePodAsync("train-1");
        await using LiveScheduler second = await cluster.StartSchedulerAsync("two");
        await AddLabelledAsync(cluster, "train-3", $"{Coscheduling}/pod-group", "train");
        await cluster.WaitForAsync("the replacement is bound", all => all.Count == 2 && all.All(IsBound));
    }

    [Test]
    public async Task A_group_of_KAI_says_why_it_waits_and_when_it_started()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        await DefineAsync(cluster, Kai, "v2alpha2", hasStatus: true);
        await cluster.AddNodeAsync("a0", 1);
        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync();
        string path = await AddPodGroupAsync(cluster, Kai, "v2alpha2", "train", 2);
        for (int i = 0; i < 2; i++)
        {
            JsonObject pod = cluster.Pod($"train-{i}", gpus: 1);
            pod["metadata"]!["annotations"]!["pod-group-name"] = "train";
            await cluster.AddPodAsync(pod);
        }

        await Eventually.IsAsync(async () => (string?)(await ReadAsync(cluster, path))["status"]?["schedulingConditions"]?[0]?["type"], Is.EqualTo("UnschedulableOnNodePool"));
        Assert.That(LastStart(await ReadAsync(cluster, path)), Is.Null);
        await cluster.AddNodeAsync("a1", 1);
        await cluster.WaitForAsync("both are bound", all => all.Count == 2 && all.All(IsBound));
        await Eventually.IsAsync(async () => LastStart(await ReadAsync(cluster, path)), Is.Not.Null.And.InRange(DateTimeOffset.UtcNow.AddMinutes(-2), DateTimeOffset.UtcNow.AddMinutes(2)));
        await Eventually.IsAsync(async () => (await ReadAsync(cluster, path))["status"]?["schedulingConditions"], Is.Null);
    }

    [Test]
    public async Task A_kind_of_gang_that_is_installed_while_the_scheduler_runs_counts_without_a_restart()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        await cluster.AddNodeAsync("a0", 2);
        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync();
        for (int i = 0; i < 3; i++)
        {
            await AddLabelledAsync(cluster, $"train-{i}", $"pod-group.{Koordinator}", "train");
        }

        await cluster.WaitForAsync("they say for what they wait", all => all.Count == 3 && all.All(p => Message(p).Contains("which does not exist yet", StringComparison.Ordinal)));
        await DefineAsync(cluster, Koordinator, "v1alpha1", hasStatus: false);
        string path = await AddPodGroupAsync(cluster, Koordinator, "v1alpha1", "train", 3);
        IReadOnlyList<JsonObject> pods = await cluster.WaitForAsync("what the object says counts", all => all.All(p => Reason(p) == "Unschedulable"));
        Assert.That(pods.Select(Message), Has.All.Contains("2 of 3"));
        await cluster.AddNodeAsync("a1", 1);
        await cluster.WaitForAsync("all are bound", all => all.All(IsBound));
        await Eventually.IsAsync(async () => Status(await ReadAsync(cluster, path)), Is.EqualTo("Scheduled"));
    }

    [Test]
    public async Task Groups_of_a_leader_worker_set_with_exclusive_topology_have_a_rack_each_and_their_controller_s_affinity_is_kept()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        await cluster.AddNodeAsync("a0", 2, rack: "a");
        await cluster.AddNodeAsync("b0", 2, rack: "b");
        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync();
        await cluster.AddPodAsync(Leader(cluster, 0));
        await cluster.AddPodAsync(Leader(cluster, 1));
        IReadOnlyList<JsonObject> pods = await cluster.WaitForAsync("both have a rack", all => all.Count == 2 && all.All(IsBound));
        Assert.That(pods.Select(RackOf), Is.Unique);
        await cluster.AddPodAsync(Leader(cluster, 2));
        pods = await cluster.WaitForAsync("the third is told why", all => all.Any(p => Reason(p) == "Unschedulable"));
        Assert.That(pods.Select(Message), Has.One.Contains($"rack {cluster.Name}-a belongs to leaderworkerset.sigs.k8s.io/group-key {cluster.Name}/set-"));
        await cluster.DeletePodAsync("set-0");
        await cluster.WaitForAsync("the third has its rack", all => all.Count == 2 && all.All(IsBound));
        Assert.That((await cluster.EventsAsync()).Select(e => (string?)e["reason"]), Has.None.EqualTo("NotRegarded"));
    }

    /// <summary>A leader as its webhook leaves it.</summary>
    private static JsonObject Leader(LiveCluster cluster, int group)
    {
        const string Prefix = "leaderworkerset.sigs.k8s.io/", Label = Prefix + "group-key";
        string key = $"key-{group}";
        JsonObject pod = cluster.Pod($"set-{group}", gpus: 1);
        pod["metadata"]!["labels"] = new JsonObject
        {
            [Label] = key,
            [Prefix + "name"] = "set",
            [Prefix + "group-index"] = group.ToString(CultureInfo.InvariantCulture),
            [Prefix + "worker-index"] = "0",
        };
        pod["metadata"]!["annotations"]![Prefix + "size"] = "2";
        pod["metadata"]!["annotations"]![Prefix + "exclusive-topology"] = LiveCluster.Rack;
        pod["spec"]!["affinity"] = JsonNode.Parse($$$"""
            {
              "podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
                {"topologyKey": "{{{LiveCluster.Rack}}}", "labelSelector": {"matchExpressions": [{"key": "{{{Label}}}", "operator": "In", "values": ["{{{key}}}"]}]}}]},
              "podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
                {"topologyKey": "{{{LiveCluster.Rack}}}", "labelSelector": {"matchExpressions": [
                  {"key": "{{{Label}}}", "operator": "Exists"}, {"key": "{{{Label}}}", "operator": "NotIn", "values": ["{{{key}}}"]}]}}]}
            }
            """);
        return pod;
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

    private static async Task AddLabelledAsync(LiveCluster cluster, string name, string label, string value)
    {
        JsonObject pod = cluster.Pod(name, gpus: 1);
        pod["metadata"]!["labels"] ??= new JsonObject();
        pod["metadata"]!["labels"]![label] = value;
        await cluster.AddPodAsync(pod);
    }

    /// <returns>Its path.</returns>
    private static async Task<string> AddPodGroupAsync(LiveCluster cluster, string group, string version, string name, int minMember)
    {
        string path = $"apis/{group}/{version}/namespaces/{cluster.Name}/podgroups";
        await SendAsync(cluster, HttpMethod.Post, path, new JsonObject
        {
            ["apiVersion"] = $"{group}/{version}",
            ["kind"] = "PodGroup",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject { ["minMember"] = minMember },
        });
        return $"{path}/{name}";
    }

    /// <summary>A PodGroup as its own definition has it as far as matters here.</summary>
    private static async Task DefineAsync(LiveCluster cluster, string group, string version, bool hasStatus)
    {
        JsonObject definition = JsonNode.Parse($$$"""
            {
              "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
              "metadata": {"name": "podgroups.{{{group}}}", "annotations": {"api-approved.kubernetes.io": "unapproved, for tests"}},
              "spec": {
                "group": "{{{group}}}", "scope": "Namespaced", "names": {"plural": "podgroups", "singular": "podgroup", "kind": "PodGroup", "listKind": "PodGroupList"},
                "versions": [{
                  "name": "{{{version}}}", "served": true, "storage": true, "subresources": {{{(hasStatus ? """{"status": {}}""" : "{}")}}},
                  "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}
                }]
              }
            }
            """)!.AsObject();
        (HttpStatusCode code, JsonObject body) = await cluster.SendAsync(HttpMethod.Post, "apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition.ToJsonString());
        Assert.That(code, Is.EqualTo(HttpStatusCode.Created).Or.EqualTo(HttpStatusCode.Conflict), body.ToJsonString());

        // A scheduler that starts before the resource is discoverable looks for it again only after a while.
        await Eventually.IsAsync(() => IsServedAsync(cluster, $"apis/{group}/{version}"), Is.True);
    }

    private static async Task<bool> IsServedAsync(LiveCluster cluster, string path)
    {
        try
        {
            return (await cluster.TextAsync(path)).Contains("podgroups", StringComparison.Ordinal)
                && (await cluster.TextAsync($"{path}/podgroups")).Contains("PodGroupList", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task SendAsync(LiveCluster cluster, HttpMethod method, string path, JsonObject body, string mediaType = "application/json")
    {
        (HttpStatusCode code, JsonObject answer) = await cluster.SendAsync(method, path, body.ToJsonString(), mediaType);
        Assert.That((int)code, Is.InRange(200, 299), answer.ToJsonString());
    }

    private static async Task<JsonObject> ReadAsync(LiveCluster cluster, string path) => (await cluster.SendAsync(HttpMethod.Get, path)).Body;

    /// <summary>Phase and types of the conditions.</summary>
    private static string Status(JsonObject group) =>
        string.Join(' ', [(string?)group["status"]?["phase"] ?? "", .. group["status"]?["conditions"]?.AsArray().Select(c => (string)c!["type"]!) ?? []]);

    private static DateTimeOffset? LastStart(JsonObject group) =>
        (string?)group["metadata"]!["annotations"]?["kai.scheduler/last-start-timestamp"] is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : null;

    private static Func<JsonObject, bool> IsOf(string gang) => pod => ((string)pod["metadata"]!["name"]!).StartsWith($"{gang}-", StringComparison.Ordinal);

    private static bool IsBound(JsonObject pod) => pod["spec"]!["nodeName"] is not null;

    private static string RackOf(JsonObject pod) => ((string)pod["spec"]!["nodeName"]!)[^2..^1];

    private static string Reason(JsonObject pod) => (string?)Condition(pod)?["reason"] ?? "";

    private static string Message(JsonObject pod) => (string?)Condition(pod)?["message"] ?? "";

    private static JsonObject? Condition(JsonObject pod) =>
        pod["status"]?["conditions"]?.AsArray().Select(c => c!.AsObject()).FirstOrDefault(c => (string?)c["type"] == "PodScheduled" && (string?)c["status"] == "False");
}
