using System.Text.Json.Nodes;
using GpuScheduler.Emulator;

namespace GpuScheduler.Live.Tests;

/// <summary>Pods with volumes, on every kind of server. None has a volume controller: the test plays it.</summary>
[TestFixture(ServerKind.Emulator)]
[TestFixture(ServerKind.Real)]
public sealed class VolumeTests(ServerKind kind)
{
    [Test]
    public async Task Pods_get_local_volumes_each_its_own_and_run_where_these_are_and_one_too_many_waits()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        await using VolumeObjects volumes = await VolumesAsync(cluster, "a", "b");
        await volumes.AddVolumeAsync("a", "a");
        await volumes.AddVolumeAsync("b", "b");
        volumes.StartController();
        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync();
        foreach (string name in (string[])["0", "1", "2"])
        {
            await volumes.AddClaimAsync($"c{name}", volumes.Local);
            await volumes.AddPodAsync($"p{name}", $"c{name}");
        }

        IReadOnlyList<JsonObject> pods = await cluster.WaitForAsync("one is told why, the others are bound", all =>
            all.Count(IsBound) == 2 && all.Any(p => Message(p).Contains("2 node(s) didn't find available persistent volumes to bind", StringComparison.Ordinal)));
        await AssertPlacesAsync(volumes, pods.Where(IsBound));
        await volumes.AddVolumeAsync("b2", "b");
        await AssertPlacesAsync(volumes, await cluster.WaitForAsync("the third is bound", all => all.All(IsBound)));
        Assert.That((await volumes.VolumesAsync()).Values.Order(), Is.EqualTo(new[] { "c0", "c1", "c2" }));
    }

    [Test]
    public async Task A_pod_keeps_its_node_while_a_volume_is_made_there_says_so_and_is_bound_when_its_claim_is()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        await using VolumeObjects volumes = await VolumesAsync(cluster, "a", "b");
        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync();
        await volumes.AddClaimAsync("c", volumes.Made);
        await volumes.AddPodAsync("p", "c");
        await cluster.WaitForAsync("it is told", all => Message(all[0]).Contains("one to be made for PersistentVolumeClaim", StringComparison.Ordinal));
        Assert.That(IsBound(await cluster.PodAsync("p")), Is.False);
        string selected = (string)(await volumes.ClaimAsync("c"))["metadata"]!["annotations"]!["volume.kubernetes.io/selected-node"]!;
        volumes.StartController();
        IReadOnlyList<JsonObject> pods = await cluster.WaitForAsync("it is bound", all => all.All(IsBound));
        Assert.That((string?)pods[0]["spec"]!["nodeName"], Is.EqualTo(selected));
        await AssertPlacesAsync(volumes, pods);
    }

    [Test]
    public async Task A_scheduler_that_is_killed_between_claim_and_binding_leaves_what_the_next_one_goes_on_with()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        await using VolumeObjects volumes = await VolumesAsync(cluster, "a");
        await volumes.AddVolumeAsync("large", "a", 20);
        await volumes.ShowVolumesAsync();
        LiveScheduler killed = await cluster.StartSchedulerAsync();
        await volumes.AddClaimAsync("c", volumes.Local);
        await volumes.AddPodAsync("p", "c");
        await Eventually.IsAsync(async () => (await volumes.VolumesAsync())["large"], Is.EqualTo("c"));
        await killed.KillAsync();

        // What suits better comes only now.
        await volumes.AddNodeAsync("b");
        await volumes.AddVolumeAsync("small", "b", 6);
        await volumes.ShowVolumesAsync();
        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync("two");
        volumes.StartController();
        await AssertPlacesAsync(volumes, await cluster.WaitForAsync("it is bound", all => all.All(IsBound)));
        Assert.That(await volumes.VolumesAsync(), Is.EquivalentTo(new Dictionary<string, string> { ["large"] = "c", ["small"] = "" }));
    }

    [Test]
    public async Task A_gang_starts_when_each_of_its_pods_has_its_volume()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        await using VolumeObjects volumes = await VolumesAsync(cluster, "a", "b");
        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync();
        volumes.StartController();
        for (int i = 0; i < 3; i++)
        {
            await volumes.AddClaimAsync($"c{i}", volumes.Made);
            await volumes.AddPodAsync($"p{i}", $"c{i}", pod =>
            {
                pod["metadata"]!["annotations"]!["gpuscheduler.dev/gang"] = "g";
                pod["metadata"]!["annotations"]!["gpuscheduler.dev/gang-size"] = "3";
            });
        }

        await AssertPlacesAsync(volumes, await cluster.WaitForAsync("all are bound", all => all.Count == 3 && all.All(IsBound)));
    }

    [Test]
    public async Task Through_every_fault_and_kill_no_volume_is_for_two_claims_and_all_pods_are_bound_where_theirs_are()
    {
        const int Pods = 8;
        ILiveServer server = await LiveServers.GetAsync(kind);
        await using LiveCluster cluster = await LiveCluster.MakeAsync(server);
        await using VolumeObjects volumes = await VolumesAsync(cluster, "n0", "n1", "n2");
        for (int i = 0; i < Pods; i++)
        {
            await volumes.AddVolumeAsync($"v{i}", $"n{i % 3}");
        }

        volumes.StartController();
        FaultPlan plan = new(11, Enum.GetValues<FaultKind>().Select(k => new FaultRule(k, 0.06)), TimeProvider.System);
        await using FaultyServer faulty = await server.WithFaultsAsync(plan);
        LiveScheduler scheduler = await cluster.StartSchedulerAsync("s0", connection: faulty.Connect());
        for (int i = 0; i < Pods; i++)
        {
            await volumes.AddClaimAsync($"c{i}", i % 2 == 0 ? volumes.Local : volumes.Made);
            await volumes.AddPodAsync($"p{i}", $"c{i}");
            await Task.Delay(100);
            if (i % 3 == 2)
            {
                await scheduler.KillAsync();
                scheduler = await cluster.StartSchedulerAsync($"s{i}", connection: faulty.Connect());
            }
        }

        plan.IsOn = false;
        await using LiveScheduler last = scheduler;
        await AssertPlacesAsync(volumes, await cluster.WaitForAsync("all are bound", all => all.All(IsBound)));
        Assert.That((await volumes.VolumesAsync()).Values.Where(c => c.Length > 0), Is.Unique);
    }

    private static async Task<VolumeObjects> VolumesAsync(LiveCluster cluster, params string[] nodes)
    {
        VolumeObjects volumes = new(cluster);
        await volumes.AddClassesAsync();
        foreach (string node in nodes)
        {
            await volumes.AddNodeAsync(node);
        }

        return volumes;
    }

    /// <summary>Each pod <c>p…</c> runs where the volume of its claim <c>c…</c> is.</summary>
    private static async Task AssertPlacesAsync(VolumeObjects volumes, IEnumerable<JsonObject> pods)
    {
        foreach (JsonObject pod in pods)
        {
            string claim = (string)pod["spec"]!["volumes"]!.AsArray().Single(v => v!["persistentVolumeClaim"] is not null)!["persistentVolumeClaim"]!["claimName"]!;
            Assert.That((string?)pod["spec"]!["nodeName"], Is.EqualTo(await volumes.NodeOfAsync(claim)), claim);
        }
    }

    private static bool IsBound(JsonObject pod) => pod["spec"]!["nodeName"] is not null;

    private static string Message(JsonObject pod) =>
        pod["status"]?["conditions"]?.AsArray().Select(c => (string?)c!["message"]).FirstOrDefault(m => m is not null) ?? "";
}
