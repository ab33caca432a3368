using System.Net;
using System.Text.Json.Nodes;

namespace GpuScheduler.Live.Tests;

/// <summary>Who goes for whom, on every kind of server. The test is the kubelet: it ends pods that are marked for deletion when it likes.</summary>
[TestFixture(ServerKind.Emulator)]
[TestFixture(ServerKind.Real)]
public sealed class PreemptionTests(ServerKind kind)
{
    [Test]
    public async Task A_pod_of_high_priority_evicts_exactly_whom_it_must_and_waits_in_held_room_until_they_are_gone()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        await cluster.AddNodeAsync("a", 2);
        await AddPrioritiesAsync(cluster);
        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync();
        for (int i = 0; i < 4; i++)
        {
            await AddAsync(cluster, $"half-{i}", "low", fraction: "0.5");
        }

        IReadOnlyList<JsonObject> before = await cluster.WaitForAsync("four halves are bound", pods => pods.Count(IsBound) == 4);
        string[] device0 = [.. before.Where(p => Devices(p) == "0").Select(Name)], device1 = [.. before.Where(p => Devices(p) == "1").Select(Name)];
        Assert.That((device0.Length, device1.Length), Is.EqualTo((2, 2)));

        await AddAsync(cluster, "high", "high", gpus: 1);
        IReadOnlyList<JsonObject> during = await cluster.WaitForAsync(
            "two are marked for deletion and the pod is nominated", pods => pods.Count(IsGoing) == 2 && pods.Any(p => Name(p) == "high" && Nominated(p).Length > 0));
        Assert.That(during.Where(IsGoing).Select(Name), Is.EquivalentTo(device0).Or.EquivalentTo(device1), "the two halves of one device");
        Assert.That(Nominated(during.Single(p => Name(p) == "high")), Is.EqualTo($"{cluster.Name}-a"));

        string[] going = [.. during.Where(IsGoing).Select(Name)];
        await AddAsync(cluster, "late", "low", fraction: "0.5");
        await cluster.DeletePodAsync(going[0]);
        await cluster.WaitForAsync("the late one was tried", pods => pods.Any(p => Name(p) == "late" && Message(p).Length > 0));
        await cluster.DeletePodAsync(going[1]);
        IReadOnlyList<JsonObject> after = await cluster.WaitForAsync("the pod is bound", pods => pods.Any(p => Name(p) == "high" && IsBound(p)));
        Assert.That(after.Where(IsBound).Select(Name), Is.EquivalentTo(before.Select(Name).Except(going).Append("high")), "the rest is untouched, and the late one took no held room");
        DeviceLedger.AssertNoneOver(after);
        JsonObject[] events = [.. (await cluster.EventsAsync()).Where(e => (string?)e["reason"] == "Preempted")];
        Assert.That(events.Select(e => (string)e["regarding"]!["name"]!), Is.EquivalentTo(going));
        string uid = (string)after.Single(p => Name(p) == "high")["metadata"]!["uid"]!;
        Assert.That(events.Select(e => (string)e["note"]!), Has.All.EqualTo($"Preempted by pod {uid} on node {cluster.Name}-a"));
    }

    [Test]
    public async Task A_budget_keeps_its_pods_and_others_go_in_their_stead()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        await cluster.AddNodeAsync("a", 1);
        await cluster.AddNodeAsync("b", 1);
        await AddPrioritiesAsync(cluster);
        await AddBudgetAsync(cluster);
        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync();
        await AddAsync(cluster, "guarded", "low", gpus: 1, app: "guarded");
        await AddAsync(cluster, "free", "middle", gpus: 1);
        await cluster.WaitForAsync("both are bound", pods => pods.Count(IsBound) == 2);
        await AddAsync(cluster, "first", "high", gpus: 1);
        await cluster.WaitForAsync("the dearer pod goes", pods => pods.Any(p => Name(p) == "free" && IsGoing(p)));
        await cluster.DeletePodAsync("free");
        await cluster.WaitForAsync("its room is taken", pods => pods.Any(p => Name(p) == "first" && IsBound(p)));
        await AddAsync(cluster, "second", "high", gpus: 1);
        IReadOnlyList<JsonObject> pods = await cluster.WaitForAsync("the second is told why", all => all.Any(p => Name(p) == "second" && Message(p).Length > 0));
        Assert.That(Message(pods.Single(p => Name(p) == "second")), Does.Contain("a PodDisruptionBudget protects"));
        JsonObject guarded = pods.Single(p => Name(p) == "guarded");
        Assert.That(IsBound(guarded) && !IsGoing(guarded), "the protected pod stays");
    }

    private static async Task AddPrioritiesAsync(LiveCluster cluster)
    {
        foreach ((string name, int value) in ((string Name, int Value)[])[("low", 10), ("middle", 20), ("high", 30)])
        {
            await CreateAsync(cluster, "apis/scheduling.k8s.io/v1/priorityclasses", new JsonObject
            {
                ["apiVersion"] = "scheduling.k8s.io/v1",
                ["kind"] = "PriorityClass",
                ["metadata"] = new JsonObject { ["name"] = $"{cluster.Name}-{name}" },
                ["value"] = value,
            });
        }
    }

    private static async Task AddBudgetAsync(LiveCluster cluster)
    {
        string version = await cluster.MinorVersionAsync() >= 21 ? "policy/v1" : "policy/v1beta1";
        string path = $"apis/{version}/namespaces/{cluster.Name}/poddisruptionbudgets";
        JsonObject budget = await CreateAsync(cluster, path, new JsonObject
        {
            ["apiVersion"] = version,
            ["kind"] = "PodDisruptionBudget",
            ["metadata"] = new JsonObject { ["name"] = "keep" },
            ["spec"] = new JsonObject { ["minAvailable"] = 1, ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "guarded" } } },
        });
        JsonObject status = new()
        {
            ["status"] = new JsonObject
            {
                ["observedGeneration"] = (long?)budget["metadata"]!["generation"] ?? 1,
                ["disruptionsAllowed"] = 0,
                ["currentHealthy"] = 1,
                ["desiredHealthy"] = 1,
                ["expectedPods"] = 1,
            },
        };
        (HttpStatusCode code, JsonObject body) = await cluster.SendAsync(HttpMethod.Patch, $"{path}/keep/status", status.ToJsonString(), "application/merge-patch+json");
        Assert.That(code, Is.EqualTo(HttpStatusCode.OK), body.ToJsonString());
    }

    private static Task<JsonObject> AddAsync(LiveCluster cluster, string name, string priority, int gpus = 0, string fraction = "", string app = "")
    {
        JsonObject pod = LiveObjects.Pod(cluster.Name, name, cluster.Name, gpus, fraction, label: cluster.Name);
        pod["spec"]!["priorityClassName"] = $"{cluster.Name}-{priority}";
        pod["metadata"]!["labels"] = new JsonObject { ["app"] = app };
        return CreateAsync(cluster, $"api/v1/namespaces/{cluster.Name}/pods", pod);
    }

    private static async Task<JsonObject> CreateAsync(LiveCluster cluster, string path, JsonObject body)
    {
        (HttpStatusCode code, JsonObject created) = await cluster.SendAsync(HttpMethod.Post, path, body.ToJsonString());
        Assert.That(code, Is.EqualTo(HttpStatusCode.Created), created.ToJsonString());
        return created;
    }

    private static string Name(JsonObject pod) => (string)pod["metadata"]!["name"]!;

    private static bool IsBound(JsonObject pod) => pod["spec"]!["nodeName"] is not null;

    private static bool IsGoing(JsonObject pod) => pod["metadata"]!["deletionTimestamp"] is not null;

    private static string Nominated(JsonObject pod) => (string?)pod["status"]?["nominatedNodeName"] ?? "";

    private static string Devices(JsonObject pod) => (string?)pod["metadata"]!["annotations"]?["gpuscheduler.dev/devices"] ?? "";

    private static string Message(JsonObject pod) =>
        (string?)pod["status"]?["conditions"]?.AsArray().FirstOrDefault(c => (string?)c!["type"] == "PodScheduled" && (string?)c["status"] == "False")?["message"] ?? "";
}
