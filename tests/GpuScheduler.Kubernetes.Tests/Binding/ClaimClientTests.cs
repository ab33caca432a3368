using System.Net;
using System.Text.Json.Nodes;
using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ClaimClientTests
{
    private readonly WaitingTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly List<ResourceClaim> _written = [];

    [Test]
    public async Task A_claim_is_marked_then_allocated_and_reserved_in_one_with_what_class_and_claim_configure()
    {
        using ClaimServer server = new();
        server.Add("c");
        server.Change("c", c => c["spec"]!["devices"]!["config"] = JsonNode.Parse("""[{"requests":["r"],"opaque":{"driver":"gpu.nvidia.com","parameters":{"kind":"GpuConfig"}}}]"""));
        Assert.That(await ReserveAsync(server, "gpu-1", "gpu-2"), Is.Null);
        JsonObject claim = server.Claim("c");
        Assert.That(claim["metadata"]!["finalizers"]!.ToJsonString(), Is.EqualTo("""["resource.kubernetes.io/delete-protection"]"""));
        JsonNode expected = JsonNode.Parse("""
            {
              "reservedFor": [{"resource": "pods", "name": "p", "uid": "uid-1"}],
              "allocation": {
                "devices": {
                  "results": [
                    {"request": "r", "driver": "gpu.nvidia.com", "pool": "n", "device": "gpu-1", "tolerations": [{"operator": "Exists"}]},
                    {"request": "r", "driver": "gpu.nvidia.com", "pool": "n", "device": "gpu-2", "tolerations": [{"operator": "Exists"}]}
                  ],
                  "config": [
                    {"source": "FromClass", "requests": ["r"], "opaque": {"driver": "gpu.nvidia.com"}},
                    {"source": "FromClaim", "requests": ["r"], "opaque": {"driver": "gpu.nvidia.com", "parameters": {"kind": "GpuConfig"}}}
                  ]
                },
                "nodeSelector": {"nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n"]}]}]}
              }
            }
            """)!;
        Assert.That(JsonNode.DeepEquals(claim["status"], expected), claim["status"]!.ToJsonString());
        Assert.That(_written.Single().Allocation!.Devices, Has.Length.EqualTo(2), "the model need not wait for the watch");
    }

    [TestCase(409, 0, BindOutcomeKind.Bound, "c: gpu-1 for uid-1")]
    [TestCase(500, 0, BindOutcomeKind.Bound, "c: gpu-1 for uid-1")]
    [TestCase(429, 0, BindOutcomeKind.Bound, "c: gpu-1 for uid-1")]
    [TestCase(0, 0, BindOutcomeKind.Bound, "c: gpu-1 for uid-1")]
    [TestCase(403, 0, BindOutcomeKind.Rejected, "c: free")]
    [TestCase(422, 2, BindOutcomeKind.Rejected, "c: free")]
    [TestCase(409, 2, BindOutcomeKind.Bound, "c: gpu-1 for uid-1")]
    [TestCase(0, 2, BindOutcomeKind.Bound, "c: gpu-1 for uid-1")]
    public async Task Whatever_becomes_of_a_request_the_claim_itself_tells(int fault, int after, BindOutcomeKind expected, string claim)
    {
        using ClaimServer server = new();
        server.Add("c");
        server.Faults = [.. Enumerable.Repeat(HttpStatusCode.OK, after), (HttpStatusCode)fault];
        Assert.That((await ReserveAsync(server, "gpu-1"))?.Kind ?? BindOutcomeKind.Bound, Is.EqualTo(expected));
        Assert.That(server.Text("c"), Is.EqualTo(claim));
    }

    [Test]
    public async Task A_write_of_which_nobody_knows_leaves_the_outcome_unknown()
    {
        using ClaimServer server = new();
        server.Add("c");
        server.Faults = [HttpStatusCode.OK, HttpStatusCode.OK, .. Enumerable.Repeat(HttpStatusCode.BadGateway, 20)];
        Assert.That((await ReserveAsync(server, "gpu-1"))!.Value.Kind, Is.EqualTo(BindOutcomeKind.Unknown));
    }

    [Test]
    public async Task What_somebody_else_made_of_the_claim_counts()
    {
        using ClaimServer server = new();
        server.Add("c");
        server.OnPatch = () => { server.OnPatch = null; server.Allocate("c", "gpu-7", "other"); };
        BindOutcome outcome = (await ReserveAsync(server, "gpu-1"))!.Value;
        Assert.That((outcome.Kind, outcome.Message), Is.EqualTo((BindOutcomeKind.Retry, "ResourceClaim default/c was allocated otherwise meanwhile (gpu.nvidia.com/n/gpu-7)")));
        Assert.That(server.Text("c"), Is.EqualTo("c: gpu-7 for other"));
        Assert.That(await ReserveAsync(server), Is.Null, "for a pod that takes what it is allocated");
        Assert.That(server.Text("c"), Is.EqualTo("c: gpu-7 for other,uid-1"));
        server.Change("c", c => c["metadata"]!["deletionTimestamp"] = "2026-01-01T00:00:00Z");
        Assert.That((await ReserveAsync(server))!.Value.Message, Does.EndWith("is being deleted"));
        server.Remove("c");
        Assert.That((await ReserveAsync(server))!.Value.Message, Does.EndWith("is gone"));
        server.Add("c", uid: "another");
        Assert.That((await ReserveAsync(server, "gpu-1"))!.Value.Message, Does.EndWith("is gone"));
        server.Add("c");
        Assert.That((await ReserveAsync(server))!.Value.Message, Does.EndWith("is not allocated any more"));
    }

    [Test]
    public async Task What_is_given_back_is_what_nobody_else_uses()
    {
        using ClaimServer server = new();
        server.Add("c");
        await ReserveAsync(server, "gpu-1");
        Assert.That(await ReleaseAsync(server, "gpu-1"), Is.True);
        Assert.That(server.Text("c"), Is.EqualTo("c: free"));
        server.Allocate("c", "gpu-1", "uid-1", "other");
        Assert.That(await ReleaseAsync(server, "gpu-1"), Is.True);
        Assert.That(server.Text("c"), Is.EqualTo("c: gpu-1 for other"));
        server.Allocate("c", "gpu-1", "uid-1");
        Assert.That(await ReleaseAsync(server), Is.True);
        Assert.That(server.Text("c"), Is.EqualTo("c: gpu-1"), "somebody else allocated it");
        server.Allocate("c", "gpu-1", "other");
        Assert.That(await ReleaseAsync(server, "gpu-1"), Is.True);
        Assert.That(server.Text("c"), Is.EqualTo("c: gpu-1 for other"));
    }

    [TestCase("uid-1", "c: free")]
    [TestCase("other", "c: gpu-1 for other")]
    public async Task A_claim_is_deallocated_for_a_pod_only_where_no_other_uses_it(string user, string after)
    {
        using ClaimServer server = new();
        server.Add("c");
        server.Allocate("c", "gpu-1", user);
        using HttpClient http = Http(server);
        Pod pod = new() { Name = "p", Uid = "uid-1", Spec = EngineRun.Spec() };
        await ClaimServer.Client(http, _time).DeallocateAsync(pod, new ResourceClaim { Name = "c", Uid = "uid-c" }, LeaderTerm.WithoutLease(CancellationToken.None));
        Assert.That(server.Text("c"), Is.EqualTo(after));
    }

    [Test]
    public async Task After_the_term_nothing_is_written()
    {
        using ClaimServer server = new();
        server.Add("c");
        LeaderTerm over = new(() => false, CancellationToken.None);
        using HttpClient http = Http(server);
        ClaimClient client = ClaimServer.Client(http, _time);
        Assert.That((await client.ReserveAsync(ClaimServer.Request("c", "gpu-1"), over))!.Value.Kind, Is.EqualTo(BindOutcomeKind.Cancelled));
        await ReserveAsync(server, "gpu-1");
        Assert.That(await client.ReleaseAsync(ClaimServer.Request("c", "gpu-1"), over), Is.False);
        Assert.That(server.Text("c"), Is.EqualTo("c: gpu-1 for uid-1"), "the next leader may have bound the pod");
    }

    private async Task<BindOutcome?> ReserveAsync(ClaimServer server, params string[] devices)
    {
        using HttpClient http = Http(server);
        Task<BindOutcome?> reserving = ClaimServer.Client(http, _time, _written.Add).ReserveAsync(ClaimServer.Request("c", devices), LeaderTerm.WithoutLease(CancellationToken.None));
        await _time.PassAsync(reserving);
        return await reserving;
    }

    private async Task<bool> ReleaseAsync(ClaimServer server, params string[] devices)
    {
        using HttpClient http = Http(server);
        return await ClaimServer.Client(http, _time).ReleaseAsync(ClaimServer.Request("c", devices), LeaderTerm.WithoutLease(CancellationToken.None));
    }

    private static HttpClient Http(ClaimServer server) => new(server, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };
}
