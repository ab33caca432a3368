using System.Text.Json.Nodes;
using GpuScheduler.Emulator;

namespace GpuScheduler.Live.Tests;

/// <summary>Pods that claim devices of a DRA driver, on every kind of server that has claims.</summary>
[TestFixture(ServerKind.Emulator)]
[TestFixture(ServerKind.Real)]
public sealed class DraTests(ServerKind kind)
{
    [Test]
    public async Task A_claim_is_allocated_and_reserved_before_its_pod_is_bound_and_its_devices_are_free_again_only_when_it_is_deallocated()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        DraObjects dra = await DraAsync(cluster);
        await dra.AddNodeAsync("a", 4);
        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync();
        await dra.AddClaimAsync("two", 2, "device.capacity['gpu.nvidia.com'].memory.compareTo(quantity('40Gi')) >= 0");
        await dra.AddPodAsync("p", "two");
        await cluster.WaitForAsync("it is bound", all => all.All(IsBound));
        JsonObject claim = await dra.ClaimAsync("two"), pod = await cluster.PodAsync("p");
        Assert.That(await dra.DevicesOfAsync("two"), Is.EqualTo(new[] { "a/gpu-0", "a/gpu-1" }));
        Assert.That(claim["metadata"]!["finalizers"]!.ToJsonString(), Does.Contain("resource.kubernetes.io/delete-protection"));
        Assert.That(claim["status"]!["reservedFor"]!.AsArray().Select(r => (string?)r!["uid"]), Is.EqualTo(new[] { (string?)pod["metadata"]!["uid"] }));
        Assert.That((string?)claim["status"]!["allocation"]!["nodeSelector"]!["nodeSelectorTerms"]![0]!["matchFields"]![0]!["values"]![0], Is.EqualTo((string?)pod["spec"]!["nodeName"]));
        Assert.That((string?)claim["status"]!["allocation"]!["devices"]!["config"]![0]!["source"], Is.EqualTo("FromClass"));

        await dra.AddClaimAsync("three", 3);
        await dra.AddPodAsync("q", "three");
        await cluster.WaitForAsync("it is told why", all => all.Any(p => Message(p).Contains("too few free GPUs", StringComparison.Ordinal)));
        await cluster.DeletePodAsync("p");
        await Task.Delay(500);
        Assert.That((await cluster.PodsAsync()).Any(IsBound), Is.False, "the driver may not be through with it");
        await dra.DeallocateAsync("two");
        await cluster.WaitForAsync("it has room", all => all.All(IsBound));
        Assert.That(await dra.DevicesOfAsync("three"), Has.Length.EqualTo(3));
    }

    [Test]
    public async Task A_pod_waits_for_the_claim_of_its_template_and_is_told_for_what()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        DraObjects dra = await DraAsync(cluster);
        await dra.AddNodeAsync("a", 1);
        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync();
        await dra.AddPodAsync("p", "", template: "t");
        await cluster.WaitForAsync("it is told", all => all.Any(p => Message(p).Contains("to be made of ResourceClaimTemplate t", StringComparison.Ordinal)));
        await dra.AddClaimAsync("p-gpu-x", 1);
        await cluster.SendAsync(
            HttpMethod.Patch, $"api/v1/namespaces/{cluster.Name}/pods/p/status", """{"status":{"resourceClaimStatuses":[{"name":"gpu","resourceClaimName":"p-gpu-x"}]}}""", "application/merge-patch+json");
        await cluster.WaitForAsync("it is bound", all => all.All(IsBound));
        Assert.That(await dra.DevicesOfAsync("p-gpu-x"), Is.EqualTo(new[] { "a/gpu-0" }));
    }

    [Test]
    public async Task What_a_scheduler_had_allocated_when_it_was_killed_holds_for_the_next_one_which_gives_it_to_nobody_else()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        DraObjects dra = await DraAsync(cluster);
        await dra.AddNodeAsync("a", 3);
        await dra.AddNodeAsync("b", 3);
        LiveScheduler killed = await cluster.StartSchedulerAsync();
        await dra.AddClaimAsync("bound", 2);
        await dra.AddPodAsync("bound", "bound");
        await cluster.WaitForAsync("it is bound", all => all.All(IsBound));
        await killed.KillAsync();

        // Allocated, and its pod not bound: the scheduler was killed between the two. The other is shared by two pods.
        string[] first = await dra.DevicesOfAsync("bound");
        string node = first[0][..1], other = node == "a" ? "b" : "a";
        await dra.AddClaimAsync("halfway", 1);
        await dra.AllocateAsync("halfway", other, "gpu-1");
        foreach (string pod in (string[])["h0", "h1"])
        {
            await dra.AddPodAsync(pod, "halfway");
        }

        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync("two");
        await dra.AddClaimAsync("pair", 2);
        await dra.AddPodAsync("pair", "pair");
        await dra.AddClaimAsync("single", 1);
        await dra.AddPodAsync("single", "single");
        IReadOnlyList<JsonObject> pods = await cluster.WaitForAsync("all are bound", all => all.All(IsBound));
        Assert.That(
            pods.Where(p => ((string)p["metadata"]!["name"]!).StartsWith('h')).Select(p => (string?)p["spec"]!["nodeName"]), Has.All.EqualTo($"{cluster.Name}-{other}"));
        Assert.That((await dra.ClaimAsync("halfway"))["status"]!["reservedFor"]!.AsArray(), Has.Count.EqualTo(2));
        string[] devices = [.. first, .. await dra.DevicesOfAsync("halfway"), .. await dra.DevicesOfAsync("pair"), .. await dra.DevicesOfAsync("single")];
        Assert.That(devices, Is.Unique.And.Length.EqualTo(6), "each device once");
    }

    [Test]
    public async Task Through_every_fault_and_kill_no_device_is_allocated_twice_and_all_pods_are_bound_in_the_end()
    {
        const int Pods = 12;
        ILiveServer server = await LiveServers.GetAsync(kind);
        await using LiveCluster cluster = await LiveCluster.MakeAsync(server);
        DraObjects dra = await DraAsync(cluster);
        for (int i = 0; i < 3; i++)
        {
            await dra.AddNodeAsync($"n{i}", Pods / 3);
        }

        FaultPlan plan = new(7, Enum.GetValues<FaultKind>().Select(k => new FaultRule(k, 0.06)), TimeProvider.System);
        await using FaultyServer faulty = await server.WithFaultsAsync(plan);
        LiveScheduler scheduler = await cluster.StartSchedulerAsync("s0", connection: faulty.Connect());
        for (int i = 0; i < Pods; i++)
        {
            await dra.AddClaimAsync($"c{i}", 1);
            await dra.AddPodAsync($"p{i}", $"c{i}");
            await Task.Delay(100);
            if (i % 4 == 3)
            {
                await scheduler.KillAsync();
                scheduler = await cluster.StartSchedulerAsync($"s{i}", connection: faulty.Connect());
            }

            await AllocatedAsync(dra, i + 1);
        }

        plan.IsOn = false;
        await using LiveScheduler last = scheduler;
        await cluster.WaitForAsync("all are bound", all => all.All(IsBound));
        Assert.That(await AllocatedAsync(dra, Pods), Has.Count.EqualTo(Pods));
    }

    [Test]
    public async Task A_claim_that_cannot_be_honoured_is_told_to_the_user_and_its_pod_is_not_placed()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        DraObjects dra = await DraAsync(cluster);
        await dra.AddNodeAsync("a", 2);
        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync();
        await dra.AddClaimAsync("byname", 1, "device.attributes['gpu.nvidia.com'].uuid == 'GPU-1'");
        await dra.AddPodAsync("p", "byname");
        await cluster.WaitForAsync("it is told", all => all.Any(p => Message(p).Contains("byname: spec.devices.requests[0].exactly.selectors[0].cel.expression: devices are not chosen by their uuid here", StringComparison.Ordinal)));
        Assert.That((await dra.ClaimAsync("byname"))["status"]?["allocation"], Is.Null);
    }

    private async Task<DraObjects> DraAsync(LiveCluster cluster)
    {
        DraObjects dra = new(cluster);
        if (!await dra.IsServedAsync())
        {
            Assert.Ignore($"the {kind} server has no resource.k8s.io/v1");
        }

        await dra.AddClassAsync();
        return dra;
    }

    /// <summary>All that is allocated, each once.</summary>
    private static async Task<List<string>> AllocatedAsync(DraObjects dra, int claims)
    {
        List<string> devices = [];
        for (int i = 0; i < claims; i++)
        {
            devices.AddRange(await dra.DevicesOfAsync($"c{i}"));
        }

        Assert.That(devices, Is.Unique);
        return devices;
    }

    private static bool IsBound(JsonObject pod) => pod["spec"]!["nodeName"] is not null;

    private static string Message(JsonObject pod) =>
        pod["status"]?["conditions"]?.AsArray().Select(c => (string?)c!["message"]).FirstOrDefault(m => m is not null) ?? "";
}
