using System.Net;
using System.Text.Json.Nodes;
using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class NodeLockClientTests
{
    private const string Ours = "2026-01-01T00:00:00Z,ns,p", Other = "2026-01-01T00:00:00Z,ns,q";

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly BindRequest Request = new("ns", "p", "uid-1", "n", DeviceSet.Only(0), "GPU-0,NVIDIA,1,0:;");

    private readonly WaitingTime _time = new(Start);

    /// <summary>The table of docs/binding.md: what the lock is at first, what its pod is, whether it is ours afterwards.</summary>
    [TestCase("", "", true)]
    [TestCase(Ours, "", true)]
    [TestCase(Other, "no such pod", true)]
    [TestCase(Other, "ended", true)]
    [TestCase(Other, "bound elsewhere", true)]
    [TestCase(Other, "has its devices", true)]
    [TestCase(Other, "failed to get them", true)]
    [TestCase(Other, "waits", false)]
    [TestCase(Other, "allocating", false)]
    [TestCase("2025-12-31T23:54:59Z,ns,q", "waits", true)]
    [TestCase("2026-01-01T01:54:59+02:00,ns,q", "waits", true)]
    [TestCase("2026-01-01T01:55:31+02:00,ns,q", "allocating", false)]
    [TestCase("2025-12-31T23:54:59Z,ns,p", "", true)]
    [TestCase("2025-12-31T23:59:59Z", "", false)]
    [TestCase("2025-12-31T23:54:59Z", "", true)]
    public async Task A_lock_is_taken_from_nobody_who_may_still_need_it(string before, string pod, bool isTaken)
    {
        using LockServer server = new() { Lock = before };
        if (pod is not ("" or "no such pod"))
        {
            server.Pods["ns/q"] = Pod(pod);
        }

        BindOutcome? failed = await TakeAsync(server);
        if (isTaken)
        {
            Assert.That(failed, Is.Null);
            Assert.That(server.Lock, Is.EqualTo(Ours));
        }
        else
        {
            Assert.That((failed!.Value.Kind, server.Lock), Is.EqualTo((BindOutcomeKind.Retry, before)));
            Assert.That(failed.Value.Message, Does.Contain("node n is locked by HAMi since"));
            Assert.That(_time.GetUtcNow() - Start, Is.InRange(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(35)), "it waited first");
        }
    }

    [Test]
    public async Task A_pod_waits_until_the_plugin_is_done_with_the_one_before_it()
    {
        using LockServer server = new() { Lock = Other };
        server.Pods["ns/q"] = Pod("allocating");
        using HttpClient http = Client(server);
        Task<BindOutcome?> taking = new NodeLockClient(http, _time, () => 0).TakeAsync(Request, LeaderTerm.WithoutLease(CancellationToken.None));
        await _time.PassAsync(taking, () => _time.GetUtcNow() - Start > TimeSpan.FromSeconds(10));
        Assert.That(taking.IsCompleted, Is.False);
        server.Set("");
        await _time.PassAsync(taking);
        Assert.That(await taking, Is.Null);
        Assert.That(NodeLock.TryParse(server.Lock, out NodeLock held) && held.IsOf(Request));
    }

    [Test]
    public async Task Pods_for_one_node_hold_its_lock_one_after_the_other_in_order_and_none_gives_up_while_others_get_on()
    {
        using LockServer server = new();
        using HttpClient http = Client(server);
        NodeLockClient client = new(http, _time, () => 0);
        BindRequest[] requests = [.. Enumerable.Range(0, 8).Select(i => Request with { Name = $"p{i}" })];
        foreach (BindRequest request in requests)
        {
            server.Pods[$"ns/{request.Name}"] = Pod("waits");
        }

        List<Task<BindOutcome?>> taking = [.. requests.Select(r => client.TakeAsync(r, LeaderTerm.WithoutLease(CancellationToken.None)))];
        for (int i = 0; i < requests.Length; i++)
        {
            await _time.PassAsync(taking[i]);
            Assert.That(await taking[i], Is.Null);
            Assert.That(NodeLock.TryParse(server.Lock, out NodeLock held) && held.IsOf(requests[i]), server.Lock);

            // The plugin takes its time, in all longer than any pod would wait for one alone.
            DateTimeOffset until = _time.GetUtcNow() + TimeSpan.FromSeconds(20);
            await _time.PassAsync(taking[^1], () => _time.GetUtcNow() > until);
            server.Set("");
        }
    }

    [Test]
    public async Task Whoever_is_quicker_has_it_and_a_lost_answer_loses_nothing()
    {
        using LockServer server = new();
        bool isFirst = true;
        server.OnPatch = () =>
        {
            if (isFirst)
            {
                isFirst = false;
                server.Set(Other);
            }
        };
        Assert.That(await TakeAsync(server), Is.Null, "that pod does not exist, so that its lock is taken over");
        Assert.That(server.History, Has.Count.EqualTo(2).And.Some.EqualTo(Other));

        using LockServer lossy = new();
        lossy.PatchFaults.Enqueue(0);
        Assert.That(await TakeAsync(lossy), Is.Null);
        Assert.That(lossy.History, Has.Count.EqualTo(1), "one patch, and a look at what became of it");
    }

    [TestCase(HttpStatusCode.Conflict, null)]
    [TestCase(HttpStatusCode.TooManyRequests, null)]
    [TestCase(HttpStatusCode.InternalServerError, null)]
    [TestCase(HttpStatusCode.NotFound, BindOutcomeKind.Retry)]
    [TestCase(HttpStatusCode.Forbidden, BindOutcomeKind.Rejected)]
    public async Task Each_answer_to_the_patch_has_its_consequence(HttpStatusCode status, object? outcome)
    {
        using LockServer server = new();
        server.PatchFaults.Enqueue(status);
        BindOutcome? failed = await TakeAsync(server);
        Assert.That(failed?.Kind, Is.EqualTo((BindOutcomeKind?)outcome));
        Assert.That(server.Lock, Is.EqualTo(outcome is null ? $"{ApiTime.Seconds(_time.GetUtcNow())},ns,p" : ""));
    }

    [Test]
    public async Task A_lock_that_is_none_is_told_with_the_command_that_mends_it()
    {
        using LockServer server = new() { Lock = "busy" };
        BindOutcome? failed = await TakeAsync(server);
        Assert.That(failed!.Value.Kind, Is.EqualTo(BindOutcomeKind.Rejected));
        Assert.That(failed.Value.Message, Does.StartWith("annotation hami.io/mutex.lock of node n is \"busy\"").And.EndWith("kubectl annotate node n hami.io/mutex.lock-"));
    }

    [Test]
    public async Task At_the_end_of_the_term_nothing_is_taken()
    {
        using LockServer server = new();
        using HttpClient http = Client(server);
        BindOutcome? failed = await new NodeLockClient(http, _time, () => 0).TakeAsync(Request, LeaderTerm.WithoutLease(new CancellationToken(true)));
        Assert.That((failed!.Value.Kind, server.History.Count), Is.EqualTo((BindOutcomeKind.Cancelled, 0)));
    }

    [TestCase(Ours, "")]
    [TestCase(Other, Other)]
    [TestCase("busy", "busy")]
    [TestCase("", "")]
    public async Task Only_its_own_lock_is_released(string before, string after)
    {
        using LockServer server = new() { Lock = before };
        server.PatchFaults.Enqueue(HttpStatusCode.InternalServerError);
        using HttpClient http = Client(server);
        Task releasing = new NodeLockClient(http, _time, () => 0).ReleaseAsync(Request);
        await _time.PassAsync(releasing);
        Assert.That(server.Lock, Is.EqualTo(after));
    }

    private async Task<BindOutcome?> TakeAsync(LockServer server)
    {
        using HttpClient http = Client(server);
        Task<BindOutcome?> taking = new NodeLockClient(http, _time, () => 0).TakeAsync(Request, LeaderTerm.WithoutLease(CancellationToken.None));
        await _time.PassAsync(taking);
        return await taking;
    }

    private static HttpClient Client(LockServer server) => new(server, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };

    private static JsonObject Pod(string state) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["annotations"] = new JsonObject
            {
                [HamiKeys.BindPhase] = state switch { "has its devices" => "success", "failed to get them" => "failed", "bound elsewhere" or "allocating" => "allocating", _ => "" },
            },
        },
        ["spec"] = new JsonObject { ["nodeName"] = state switch { "waits" => "", "bound elsewhere" => "m", _ => "n" } },
        ["status"] = new JsonObject { ["phase"] = state == "ended" ? "Failed" : "Pending" },
    };
}
