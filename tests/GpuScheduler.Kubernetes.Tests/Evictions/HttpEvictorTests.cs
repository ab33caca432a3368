using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
internal sealed class HttpEvictorTests
{
    private const string ByBudget = """{"kind":"Status","reason":"TooManyRequests","message":"the budget","details":{"causes":[{"reason":"DisruptionBudget"}]},"code":429}""";

    private static readonly EvictionTarget A = new("ns", "a", "uid-a");
    private static readonly EvictionTarget B = new("ns", "b", "uid-b");

    [Test]
    public async Task A_dry_run_of_all_comes_before_any_eviction()
    {
        using Server server = new(_ => (HttpStatusCode.Created, "{}"));
        Assert.That((await EvictAsync(server, false, A, B)).IsDone);
        Assert.That(server.Requests.Select(r => r.Line), Is.EqualTo(new[]
        {
            "POST /api/v1/namespaces/ns/pods/a/eviction?dryRun=All", "POST /api/v1/namespaces/ns/pods/b/eviction?dryRun=All",
            "POST /api/v1/namespaces/ns/pods/a/eviction", "POST /api/v1/namespaces/ns/pods/b/eviction",
        }));
        JsonObject body = server.Requests[2].Body;
        Assert.That(((string?)body["apiVersion"], (string?)body["kind"], (string?)body["metadata"]!["name"]), Is.EqualTo(("policy/v1", "Eviction", "a")));
        Assert.That((string?)body["deleteOptions"]!["preconditions"]!["uid"], Is.EqualTo("uid-a"), "never a pod that took the name");
        Assert.That(body["deleteOptions"]!["gracePeriodSeconds"], Is.Null, "each pod has its own grace period");
    }

    [Test]
    public async Task Where_a_budget_keeps_one_nobody_goes()
    {
        using Server server = new(line => line.Contains("/b/") ? (HttpStatusCode.TooManyRequests, ByBudget) : (HttpStatusCode.Created, "{}"));
        EvictionOutcome outcome = await EvictAsync(server, false, A, B);
        Assert.That(outcome, Is.EqualTo(new EvictionOutcome(1, 0, true, "the budget")));
        Assert.That(server.Requests, Has.All.Matches<(string Line, JsonObject Body)>(r => r.Line.EndsWith("?dryRun=All", StringComparison.Ordinal)));
    }

    [Test]
    public async Task Pods_that_are_gone_need_no_eviction([Values(404, 409)] int code)
    {
        using Server server = new(_ => ((HttpStatusCode)code, """{"kind":"Status","message":"Precondition failed: UID in precondition: uid-a"}"""));
        Assert.That((await EvictAsync(server, false, A)).IsDone);
    }

    [Test]
    public async Task A_busy_server_is_asked_again_and_given_up_in_the_end()
    {
        int answers = 0;
        using Server server = new(_ => ++answers == 1 ? (HttpStatusCode.TooManyRequests, "{}") : (HttpStatusCode.Created, "{}"));
        Assert.That((await EvictAsync(server, false, A)).IsDone);
        using Server never = new(_ => (HttpStatusCode.ServiceUnavailable, "{}"));
        EvictionOutcome outcome = await EvictAsync(never, false, A);
        Assert.That((outcome.Failed, outcome.ByBudget), Is.EqualTo((0, false)));
    }

    [Test]
    public async Task Older_servers_are_asked_in_their_version()
    {
        List<string> versions = [];
        using Server server = new(_ => (HttpStatusCode.Created, "{}"));
        server.Answer = _ =>
        {
            versions.Add((string)server.Requests[^1].Body["apiVersion"]!);
            return versions[^1] == "policy/v1"
                ? (HttpStatusCode.BadRequest, """{"message":"no kind \"Eviction\" is registered for version \"policy/v1\" in scheme"}""")
                : (HttpStatusCode.Created, "{}");
        };
        Assert.That((await EvictAsync(server, false, A)).IsDone);
        Assert.That(versions, Is.EqualTo(new[] { "policy/v1", "policy/v1beta1", "policy/v1beta1" }));
    }

    [Test]
    public async Task Beyond_budgets_a_protected_pod_gets_kube_schedulers_condition_and_is_deleted()
    {
        using Server server = new(line => line.EndsWith("/eviction", StringComparison.Ordinal) ? (HttpStatusCode.TooManyRequests, ByBudget) : (HttpStatusCode.OK, "{}"));
        Assert.That((await EvictAsync(server, true, A)).IsDone);
        Assert.That(server.Requests.Select(r => r.Line), Is.EqualTo(new[]
        {
            "POST /api/v1/namespaces/ns/pods/a/eviction", "PATCH /api/v1/namespaces/ns/pods/a/status", "DELETE /api/v1/namespaces/ns/pods/a",
        }));
        JsonNode condition = server.Requests[1].Body["status"]!["conditions"]![0]!;
        Assert.That(((string?)condition["type"], (string?)condition["reason"], (string?)condition["message"]), Is.EqualTo((
            "DisruptionTarget", "PreemptionByScheduler", "gpu: preempting to accommodate a higher priority pod")));
        Assert.That((string?)server.Requests[2].Body["preconditions"]!["uid"], Is.EqualTo("uid-a"));
    }

    [Test]
    public async Task A_replica_that_does_not_lead_evicts_nobody()
    {
        using Server server = new(_ => (HttpStatusCode.Created, "{}"));
        await using HttpEvictor evictor = new(server.Client(), () => null, TimeProvider.System);
        TaskCompletionSource<EvictionOutcome> outcome = new();
        evictor.Start(new EvictionRequest([A], "gpu", false), outcome.SetResult);
        Assert.That((await outcome.Task).IsDone, Is.False);
        Assert.That(server.Requests, Is.Empty);
    }

    private static async Task<EvictionOutcome> EvictAsync(Server server, bool beyondBudgets, params EvictionTarget[] targets)
    {
        await using HttpEvictor evictor = new(server.Client(), () => LeaderTerm.WithoutLease(CancellationToken.None), new ImpatientTime());
        TaskCompletionSource<EvictionOutcome> outcome = new();
        evictor.Start(new EvictionRequest([.. targets], "gpu", beyondBudgets), outcome.SetResult);
        return await outcome.Task;
    }

    /// <summary>A clock on which every wait shorter than a request's limit is over at once.</summary>
    private sealed class ImpatientTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime < TimeSpan.FromSeconds(10) && dueTime > TimeSpan.Zero ? TimeSpan.Zero : dueTime, period);
    }

    private sealed class Server(Func<string, (HttpStatusCode Code, string Body)> answer) : HttpMessageHandler
    {
        public Func<string, (HttpStatusCode Code, string Body)> Answer { get; set; } = answer;

        public List<(string Line, JsonObject Body)> Requests { get; } = [];

        public HttpClient Client() => new(this, disposeHandler: false) { BaseAddress = new Uri("http://127.0.0.1/") };

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string line = $"{request.Method} {request.RequestUri!.PathAndQuery}";
            Requests.Add((line, JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!.AsObject()));
            (HttpStatusCode code, string body) = Answer(line);
            return new HttpResponseMessage(code) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        }
    }
}
