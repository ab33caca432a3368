using System.Text.Json.Nodes;

namespace GpuScheduler.Live.Tests;

/// <summary>What users see of the scheduler, on every kind of server.</summary>
[TestFixture(ServerKind.Emulator)]
[TestFixture(ServerKind.Real)]
public sealed class SchedulerTests(ServerKind kind)
{
    [Test]
    public async Task Pods_get_nodes_devices_conditions_and_events()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        await cluster.AddNodeAsync("a", 4);
        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync();
        await cluster.AddPodAsync("two", gpus: 2);
        await cluster.AddPodAsync("half", fraction: "0.5");
        await cluster.AddPodAsync("nine", gpus: 9);
        await cluster.AddPodAsync("nonsense", fraction: "1.5");
        await cluster.WaitForAsync("two pods bound, two explained", pods => pods.Count(IsBound) == 2 && pods.Count(p => Condition(p) is not null) == 4);

        JsonObject two = await cluster.PodAsync("two");
        Assert.That((string?)two["spec"]!["nodeName"], Is.EqualTo($"{cluster.Name}-a"));
        Assert.That(Devices(two).Split(','), Has.Length.EqualTo(2));
        Assert.That(Devices(await cluster.PodAsync("half")), Has.Length.EqualTo(1));
        JsonObject nine = Condition(await cluster.PodAsync("nine"))!;
        Assert.That((string?)nine["status"], Is.EqualTo("False"));
        Assert.That((string?)nine["reason"], Is.EqualTo("Unschedulable"));
        Assert.That((string?)nine["message"], Does.Match(@"^0/\d+ nodes are available: .*1 node\(s\) had fewer GPUs than requested"));
        Assert.That((string?)Condition(await cluster.PodAsync("nonsense"))!["message"], Does.Contain("is more than one device"));
        await Eventually.IsAsync(async () => (await cluster.EventsAsync()).Select(e => $"{e["reason"]} {e["regarding"]!["name"]} {e["type"]}").Order().ToArray(), Is.EqualTo(new[]
        {
            "FailedScheduling nine Warning", "FailedScheduling nonsense Warning", "Scheduled half Normal", "Scheduled two Normal",
        }));
    }

    [Test]
    public async Task Many_pods_fill_every_device_and_none_twice()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        for (int i = 0; i < 4; i++)
        {
            await cluster.AddNodeAsync($"n{i}", 4);
        }

        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync();
        await Task.WhenAll(Enumerable.Range(0, 48).Select(i => i % 12 == 0 ? cluster.AddPodAsync($"w{i}", gpus: 1) : cluster.AddPodAsync($"h{i}", fraction: "0.5")));
        IReadOnlyList<JsonObject> pods = await cluster.WaitForAsync("16 GPUs are full", all => all.Where(IsBound).Sum(Milli) == 16_000);
        DeviceLedger.AssertNoneOver(pods);
        string freed = (string)pods.First(IsBound)["metadata"]!["name"]!;
        await cluster.DeletePodAsync(freed);
        pods = await cluster.WaitForAsync("what came free is used again", all => all.Where(IsBound).Sum(Milli) == 16_000);
        DeviceLedger.AssertNoneOver(pods);
    }

    [Test]
    public async Task A_scheduler_that_is_killed_and_started_again_goes_on_where_it_was()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        await cluster.AddNodeAsync("a", 8);
        LiveScheduler first = await cluster.StartSchedulerAsync("first");
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => cluster.AddPodAsync($"a{i}", fraction: "0.6")));
        await cluster.WaitForAsync("some are bound", pods => pods.Any(IsBound));
        await first.KillAsync();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => cluster.AddPodAsync($"b{i}", fraction: "0.6")));
        await using LiveScheduler second = await cluster.StartSchedulerAsync("second");
        IReadOnlyList<JsonObject> pods = await cluster.WaitForAsync("8 of 12 are bound", all => all.Count(IsBound) == 8);
        DeviceLedger.AssertNoneOver(pods);
    }

    [Test]
    public async Task Of_two_replicas_one_schedules_and_the_other_takes_over()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        await cluster.AddNodeAsync("a", 8);
        LiveScheduler one = await cluster.StartSchedulerAsync("one");
        await Eventually.IsAsync(() => Task.FromResult(one.Host.IsLeader), Is.True);
        await using LiveScheduler two = await cluster.StartSchedulerAsync("two");
        await cluster.AddPodAsync("before", gpus: 1);
        await cluster.WaitForAsync("the first is bound", pods => pods.All(IsBound));
        Assert.That(two.Host.IsLeader, Is.False);
        await one.DisposeAsync();
        await cluster.AddPodAsync("after", gpus: 1);
        IReadOnlyList<JsonObject> all = await cluster.WaitForAsync("the second is bound", pods => pods.Count == 2 && pods.All(IsBound));
        Assert.That(two.Host.IsLeader, Is.True);
        DeviceLedger.AssertNoneOver(all);
    }

    [Test]
    public async Task Where_the_kubelet_picks_the_devices_the_pod_states_none_and_shares_are_refused()
    {
        await using LiveCluster cluster = await LiveCluster.MakeAsync(kind);
        await cluster.AddNodeAsync("a", 2, "device-plugin");
        await using LiveScheduler scheduler = await cluster.StartSchedulerAsync();
        await cluster.AddPodAsync("whole", gpus: 1);
        await cluster.AddPodAsync("half", fraction: "0.5");
        await cluster.WaitForAsync("one bound, one explained", pods => pods.Count(IsBound) == 1 && pods.Count(p => Condition(p) is not null) == 2);
        Assert.That(Devices(await cluster.PodAsync("whole")), Is.Empty);
        Assert.That((string?)Condition(await cluster.PodAsync("half"))!["message"], Does.Contain("device-plugin regime"));
    }

    private static bool IsBound(JsonObject pod) => pod["spec"]!["nodeName"] is not null;

    private static int Milli(JsonObject pod) => pod["metadata"]!["annotations"]?["gpuscheduler.dev/gpu-fraction"] is null ? 1000 : 500;

    private static string Devices(JsonObject pod) => (string?)pod["metadata"]!["annotations"]?["gpuscheduler.dev/devices"] ?? "";

    private static JsonObject? Condition(JsonObject pod) =>
        pod["status"]?["conditions"]?.AsArray().Select(c => c!.AsObject()).FirstOrDefault(c => (string?)c["type"] == "PodScheduled");
}
