using System.Net;
using System.Text.Json.Nodes;
using GpuScheduler.Cluster;
using GpuScheduler.Manifests;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class VolumeClientTests
{
    private static readonly Node Node = new() { Name = "n", Labels = LabelSet.Of(("zone", "z")) };

    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _written = [];

    [Test]
    public async Task A_volume_is_promised_to_the_claim_and_then_waited_for_without_asking_all_the_time()
    {
        using VolumeServer server = Server();
        Task<BindOutcome?> binding = BindAsync(server, "v");
        await UntilAsync(() => server.Reads >= 3);
        Assert.That(server.ClaimOf("v"), Is.EqualTo("default/c uid-c yes"));
        int reads = server.Reads;
        await Task.Yield();
        Assert.That((binding.IsCompleted, server.Reads - reads), Is.EqualTo((false, 0)));
        server.Bind("c", "v");
        Assert.That(await binding, Is.Null);
        Assert.That(_written, Does.Contain("v for c").And.Contain("c has v"), "the model need not wait for the watch");
    }

    [Test]
    public async Task A_volume_is_asked_for_on_the_node_and_must_be_reachable_from_it()
    {
        using VolumeServer server = Server();
        Task<BindOutcome?> binding = BindAsync(server, "");
        await UntilAsync(() => server.SelectedNode("c") == "n" && server.Reads >= 2);
        server.AddVolume("made", zone: "z");
        server.Bind("c", "made");
        Assert.That(await binding, Is.Null);

        using VolumeServer other = Server();
        other.AddVolume("far", zone: "y");
        other.Bind("c", "far");
        Assert.That((await BindAsync(other, ""))!.Value, Is.EqualTo(new BindOutcome(BindOutcomeKind.VolumesNotBound, "binding volumes: pv \"far\" node affinity doesn't match node \"n\"")));
    }

    [TestCase(409, null)]
    [TestCase(500, null)]
    [TestCase(429, null)]
    [TestCase(0, null)]
    [TestCase(403, BindOutcomeKind.Rejected)]
    public async Task A_write_that_fails_in_passing_is_sent_again(int fault, BindOutcomeKind? expected)
    {
        foreach (string volume in (string[])["v", ""])
        {
            using VolumeServer server = Server();
            server.PatchFaults = [(HttpStatusCode)fault];
            WaitingTime time = new(_time.GetUtcNow());
            using HttpClient http = Http(server);
            Task<BindOutcome?> binding = new VolumeClient(http, server.News, _ => { }, _ => { }, time, () => 0).BindAsync(VolumeServer.Request(volume), Node, LeaderTerm.WithoutLease(CancellationToken.None));
            await time.PassAsync(binding, () => server.ClaimOf("v").Length > 0 || server.SelectedNode("c").Length > 0);
            if (expected is null)
            {
                server.Bind("c", "v");
                await time.PassAsync(binding);
            }

            Assert.That((await binding)?.Kind, Is.EqualTo(expected));
        }
    }

    [Test]
    public async Task Of_two_who_want_a_volume_one_is_told()
    {
        using VolumeServer server = Server();
        server.OnPatch = () =>
        {
            server.OnPatch = null;
            server.Change("v", v => v["spec"]!["claimRef"] = new JsonObject { ["namespace"] = "default", ["name"] = "other", ["uid"] = "u" });
        };
        Task<BindOutcome?> binding = BindAsync(server, "v");
        await UntilAsync(() => binding.IsCompleted, TimeSpan.FromMilliseconds(100));
        Assert.That((await binding)!.Value, Is.EqualTo(new BindOutcome(BindOutcomeKind.VolumesNotBound, "binding volumes: PersistentVolume v is for PersistentVolumeClaim default/other meanwhile")));
        Assert.That(server.ClaimOf("v"), Is.EqualTo("default/other u"));
        server.Change("c", c => VolumeServer.Annotations(c)[VolumeKeys.SelectedNode] = "m");
        Assert.That((await BindAsync(server, ""))!.Value.Message, Does.EndWith("PersistentVolumeClaim default/c is to get a volume for node m"));
    }

    [Test]
    public async Task When_nobody_binds_a_claim_in_time_the_bind_fails_and_what_was_written_is_taken_back()
    {
        foreach (string volume in (string[])["v", ""])
        {
            using VolumeServer server = Server();
            Task<BindOutcome?> binding = BindAsync(server, volume);
            DateTimeOffset began = _time.GetUtcNow();
            await UntilAsync(() => binding.IsCompleted, TimeSpan.FromSeconds(1));
            Assert.That((_time.GetUtcNow() - began).TotalSeconds, Is.GreaterThanOrEqualTo(600));
            BindOutcome outcome = (await binding)!.Value;
            Assert.That((outcome.Kind, outcome.Message), Is.EqualTo((BindOutcomeKind.VolumesNotBound,
                $"binding volumes: PersistentVolumeClaim default/c was not bound within 600 s (bindTimeoutSeconds); {(volume.Length > 0 ? "nobody bound PersistentVolume v to it" : "its provisioner made no volume")}")));
            await ReleaseAsync(server, volume);
            Assert.That((server.ClaimOf("v"), server.SelectedNode("c")), Is.EqualTo(("", "")));
        }
    }

    [Test]
    public async Task What_the_controller_has_acted_on_or_a_person_wrote_is_not_taken_back()
    {
        using VolumeServer server = Server();
        server.Bind("c", "v");
        server.Change("v", v => VolumeServer.Annotations(v)[VolumeKeys.BoundByController] = "yes");
        server.Change("c", c => VolumeServer.Annotations(c)[VolumeKeys.SelectedNode] = "n");
        await ReleaseAsync(server, "v");
        await ReleaseAsync(server, "");
        Assert.That((server.ClaimOf("v"), server.SelectedNode("c")), Is.EqualTo(("default/c uid-c yes", "n")));

        using VolumeServer prebound = Server();
        prebound.Change("v", v => v["spec"]!["claimRef"] = new JsonObject { ["namespace"] = "default", ["name"] = "c" });
        Task<BindOutcome?> binding = BindAsync(prebound, "v");
        await UntilAsync(() => prebound.ClaimOf("v") == "default/c uid-c");
        prebound.Bind("c", "v");
        Assert.That(await binding, Is.Null);
        prebound.Change("v", v => v["status"]!["phase"] = VolumeKeys.Available);
        await ReleaseAsync(prebound, "v");
        Assert.That(prebound.ClaimOf("v"), Is.EqualTo("default/c uid-c"));
    }

    [TestCase("c", "PersistentVolumeClaim default/c is gone")]
    [TestCase("v", "PersistentVolume v is gone")]
    [TestCase("", "ClaimRef got reset for pv \"v\"")]
    public async Task What_happens_to_claim_and_volume_meanwhile_is_seen(string gone, string expected)
    {
        using VolumeServer server = Server();
        Task<BindOutcome?> binding = BindAsync(server, "v");
        await UntilAsync(() => server.Reads >= 3);
        if (gone.Length > 0)
        {
            server.Remove(gone);
        }
        else
        {
            server.Change("v", v => v["spec"]!.AsObject().Remove("claimRef"));
        }

        server.News.Tell(new ObjectKey("default", "c"));
        await UntilAsync(() => binding.IsCompleted);
        Assert.That((await binding)!.Value.Message, Is.EqualTo($"binding volumes: {expected}"));
    }

    [Test]
    public async Task A_provisioner_that_can_make_no_volume_there_takes_the_node_off_the_claim_and_the_pod_is_tried_anew()
    {
        using VolumeServer server = Server();
        Task<BindOutcome?> binding = BindAsync(server, "");
        await UntilAsync(() => server.SelectedNode("c") == "n" && server.Reads >= 2);
        server.Change("c", c => VolumeServer.Annotations(c).Remove(VolumeKeys.SelectedNode));
        await UntilAsync(() => binding.IsCompleted);
        Assert.That((await binding)!.Value, Is.EqualTo(
            new BindOutcome(BindOutcomeKind.VolumesNotBound, "binding volumes: selectedNode annotation not set for PVC \"c\" any more: no volume can be made for it on node n")));
    }

    [Test]
    public async Task News_that_come_while_the_claim_is_read_are_not_lost()
    {
        using VolumeServer server = Server();
        server.OnClaimRead = () =>
        {
            server.OnClaimRead = null;
            server.Bind("c", "v");
        };
        Assert.That(await BindAsync(server, "v"), Is.Null);
    }

    [Test]
    public async Task After_the_term_nothing_is_written_and_nobody_waits()
    {
        using VolumeServer server = Server();
        using CancellationTokenSource ended = new();
        using HttpClient http = Http(server);
        VolumeClient client = Client(http, server);
        LeaderTerm term = new(() => !ended.IsCancellationRequested, ended.Token);
        Task<BindOutcome?> binding = client.BindAsync(VolumeServer.Request("v"), Node, term);
        await UntilAsync(() => server.Reads >= 3);
        await ended.CancelAsync();
        Assert.That((await binding)!.Value.Kind, Is.EqualTo(BindOutcomeKind.Cancelled));
        await client.ReleaseAsync(VolumeServer.Request("v"), term);
        Assert.That(server.ClaimOf("v"), Is.EqualTo("default/c uid-c yes"), "the next leader goes on from there");
    }

    [Test]
    public async Task A_gang_takes_a_pod_back_that_waits_for_its_volumes()
    {
        using VolumeServer server = Server();
        BindRequest request = VolumeServer.Request("v");
        using HttpClient http = Http(server);
        Task<BindOutcome?> binding = Client(http, server).BindAsync(request, Node, LeaderTerm.WithoutLease(CancellationToken.None));
        await UntilAsync(() => server.Reads >= 3);
        Assert.That(request.TryTakeBack());
        Assert.That((await binding)!.Value.Kind, Is.EqualTo(BindOutcomeKind.Cancelled));
    }

    /// <summary>A claim and a volume that know nothing of each other.</summary>
    private static VolumeServer Server()
    {
        VolumeServer server = new();
        server.AddClaim("c");
        server.AddVolume("v");
        return server;
    }

    private async Task<BindOutcome?> BindAsync(VolumeServer server, string volume, TimeSpan? timeout = null)
    {
        using HttpClient http = Http(server);
        return await Client(http, server).BindAsync(VolumeServer.Request(volume) with { VolumeTimeout = timeout ?? TimeSpan.FromSeconds(600) }, Node, LeaderTerm.WithoutLease(CancellationToken.None));
    }

    private async Task ReleaseAsync(VolumeServer server, string volume)
    {
        using HttpClient http = Http(server);
        await Client(http, server).ReleaseAsync(VolumeServer.Request(volume), LeaderTerm.WithoutLease(CancellationToken.None));
    }

    private VolumeClient Client(HttpClient http, VolumeServer server) =>
        new(http, server.News, v => Note($"{v.Name} for {v.Claim?.Name}"), c => Note($"{c.Name} has {c.Volume}"), _time, () => 0);

    private void Note(string line)
    {
        lock (_written)
        {
            _written.Add(line);
        }
    }

    /// <summary>Lets others work until it is so; the clock passes meanwhile, by this much each time.</summary>
    private async Task UntilAsync(Func<bool> condition, TimeSpan step = default)
    {
        long limit = Environment.TickCount64 + 30_000;
        while (!condition())
        {
            Assert.That(Environment.TickCount64, Is.LessThan(limit), "it does not come about");
            _time.Advance(step);
            await Task.Yield();
        }
    }

    private static HttpClient Http(VolumeServer server) => new(server, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };
}
