using System.Text.Json.Nodes;

namespace GpuScheduler.Live.Tests;

/// <summary>Pods on a node of HAMi's device plugin, on every kind of server.</summary>
[TestFixture(ServerKind.Emulator)]
[TestFixture(ServerKind.Real)]
public sealed class HamiTests(ServerKind kind)
{
    private const string Lock = "hami.io/mutex.lock";

    [Test]
    public async Task Three_pods_get_their_devices_from_the_plugin_one_after_the_other_though_a_lock_was_left_on_the_node()
    {
        await using LiveCluster cluster = await ClusterAsync();

        // Of a pod that is gone: the scheduler that locked the node for it was killed.
        await cluster.PatchNodeAsync("a", $$$$"""{"metadata":{"annotations":{"{{{{Lock}}}}":"{{{{DateTimeOffset.UtcNow:yyyy-MM-ddTHH:mm:ssZ}}}},{{{{cluster.Name}}}},gone"}}}""");
        await using HamiPlugin plugin = new(cluster, "a");
        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync();
        for (int i = 0; i < 3; i++)
        {
            await cluster.AddPodAsync(Pod(cluster, $"p{i}", memory: "40000"));
        }

        IReadOnlyList<JsonObject> pods = await cluster.WaitForAsync("all have their devices", all => all.Count == 3 && all.All(p => Annotation(p, "hami.io/bind-phase") == "success"));
        Assert.That(plugin.Faults, Is.Empty);
        Assert.That(plugin.Served.Select(s => s.Split(' ')[0]), Is.EquivalentTo(new[] { "p0", "p1", "p2" }));
        Assert.That(pods.Select(p => Annotation(p, "hami.io/vgpu-devices-allocated")).Order(), Is.EqualTo(new[] { "GPU-0,NVIDIA,40000,0:;", "GPU-0,NVIDIA,40000,0:;", "GPU-1,NVIDIA,40000,0:;" }));
        await Eventually.IsAsync(() => LockAsync(cluster), Is.Empty);
    }

    [Test]
    public async Task A_pod_waits_while_the_plugin_is_busy_also_for_the_next_leader_and_what_HAMis_scheduler_gave_is_not_given_again()
    {
        await using LiveCluster cluster = await ClusterAsync();
        JsonObject foreign = Pod(cluster, "foreign", memory: "");
        foreign["spec"]!["schedulerName"] = "hami-scheduler";
        await cluster.AddPodAsync(foreign);
        await cluster.PatchPodAsync("foreign", """{"metadata":{"annotations":{"hami.io/vgpu-devices-allocated":"GPU-0,NVIDIA,60000,0:;","hami.io/bind-phase":"success"}}}""");
        await cluster.BindAsync("foreign", "a", "");
        await using HamiPlugin plugin = new(cluster, "a") { IsPaused = true };
        LiveScheduler killed = await cluster.StartSchedulerAsync();
        await cluster.AddPodAsync(Pod(cluster, "p0", memory: "40000"));
        await cluster.WaitForAsync("the first is bound", all => all.Count(IsBound) == 2);
        await cluster.AddPodAsync(Pod(cluster, "p1", memory: "40000"));
        await Eventually.IsAsync(() => Task.FromResult(killed.Host.Readings.AssumedPods), Is.EqualTo(1));
        await killed.KillAsync();
        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync("two");
        await Eventually.IsAsync(() => Task.FromResult(scheduler.Host.Readings.AssumedPods), Is.EqualTo(1));
        Assert.That((await cluster.PodsAsync()).Count(IsBound), Is.EqualTo(2), "the lock is the first one's until it has its devices");
        Assert.That(await LockAsync(cluster), Does.EndWith($",{cluster.Name},p0"));
        plugin.IsPaused = false;
        IReadOnlyList<JsonObject> pods = await cluster.WaitForAsync("both have their devices", all => all.All(p => Annotation(p, "hami.io/bind-phase") == "success"));
        Assert.That(plugin.Faults, Is.Empty);
        Assert.That(pods.Where(p => (string?)p["metadata"]!["name"] != "foreign").Select(p => Annotation(p, "hami.io/vgpu-devices-allocated")), Has.All.EqualTo("GPU-1,NVIDIA,40000,0:;"));

        // Neither has 60000 MiB left, and elsewhere nobody keeps such a limit.
        await cluster.AddNodeAsync("other", 4);
        await cluster.AddPodAsync(Pod(cluster, "large", memory: "60000"));
        await cluster.WaitForAsync("it is told why", all => all.Any(p => Message(p).Contains("couldn't limit GPUs as HAMi does", StringComparison.Ordinal)));
    }

    private async Task<LiveCluster> ClusterAsync()
    {
        LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        await cluster.AddHamiNodeAsync("a", 2);
        return cluster;
    }

    private static JsonObject Pod(LiveCluster cluster, string name, string memory)
    {
        JsonObject pod = cluster.Pod(name, gpus: 1);
        foreach (string list in memory.Length == 0 ? [] : (string[])["requests", "limits"])
        {
            pod["spec"]!["containers"]![0]!["resources"]![list]!["nvidia.com/gpumem"] = memory;
        }

        return pod;
    }

    private static async Task<string> LockAsync(LiveCluster cluster) =>
        (string?)(await cluster.SendAsync(HttpMethod.Get, $"api/v1/nodes/{cluster.Name}-a")).Body["metadata"]!["annotations"]![Lock] ?? "";

    private static bool IsBound(JsonObject pod) => pod["spec"]!["nodeName"] is not null;

    private static string Annotation(JsonObject pod, string key) => (string?)pod["metadata"]!["annotations"]?[key] ?? "";

    private static string Message(JsonObject pod) =>
        pod["status"]?["conditions"]?.AsArray().Select(c => (string?)c!["message"]).FirstOrDefault(m => m is not null) ?? "";
}
