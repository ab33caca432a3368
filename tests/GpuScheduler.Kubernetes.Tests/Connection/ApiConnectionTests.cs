using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Kubernetes.Tests;

[Parallelizable(ParallelScope.All)]
internal sealed class ApiConnectionTests
{
    [Test]
    public async Task Every_request_bears_the_token_and_the_user_agent()
    {
        ConcurrentQueue<FakeExchange> seen = [];
        using FakeApiServer server = Answering(seen);
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, $$$"""
                current-context: c
                contexts: [{name: c, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {server: "{{{server.Address}}}"}}]
                users: [{name: u, user: {token: secret}}]
                """);
            using ApiConnection connection = ApiConnection.FromKubeconfig(
                path, null, new ApiConnectionOptions { UserAgent = "gpusched/1" }, new FakeTimeProvider());
            (await connection.Client.GetAsync(new Uri("version", UriKind.Relative))).Dispose();
            (await connection.LimitedClient.GetAsync(new Uri("version", UriKind.Relative))).Dispose();
        }
        finally
        {
            File.Delete(path);
        }

        Assert.That(seen.Select(s => s.Headers["Authorization"]), Is.EqualTo(new[] { "Bearer secret", "Bearer secret" }));
        Assert.That(seen.Select(s => s.Headers["User-Agent"]), Is.EqualTo(new[] { "gpusched/1", "gpusched/1" }));
    }

    [Test]
    public async Task Writes_wait_for_their_turn_reads_and_the_unlimited_client_do_not()
    {
        ConcurrentQueue<FakeExchange> seen = [];
        using FakeApiServer server = Answering(seen);
        FakeTimeProvider time = new();
        using ApiConnection connection = ApiConnection.To(server.Address, new ApiConnectionOptions { Qps = 1, Burst = 1 }, time);
        (await connection.SendAsync(Request(HttpMethod.Delete), default)).Dispose();
        Task<HttpResponseMessage> second = connection.SendAsync(Request(HttpMethod.Delete), default);
        (await connection.SendAsync(Request(HttpMethod.Get), default)).Dispose();
        (await connection.Client.SendAsync(Request(HttpMethod.Delete))).Dispose();
        Assert.That(second.IsCompleted, Is.False);
        Assert.That(seen, Has.Count.EqualTo(3));
        time.Advance(TimeSpan.FromSeconds(1));
        (await second).Dispose();
        Assert.That(seen, Has.Count.EqualTo(4));
    }

    [Test]
    public void Outside_of_a_cluster_the_in_cluster_way_says_what_to_do() => Assert.That(
        () => ApiConnection.InCluster(new ApiConnectionOptions(), new FakeTimeProvider()),
        Throws.TypeOf<ApiConnectionException>().With.Message.StartsWith("in-cluster: ").And.Message.EndsWith("or give a kubeconfig"));

    private static HttpRequestMessage Request(HttpMethod method) => new(method, new Uri("x", UriKind.Relative));

    private static FakeApiServer Answering(ConcurrentQueue<FakeExchange> seen) => new(exchange =>
    {
        seen.Enqueue(exchange);
        _ = exchange.Reply(200, "application/json", "{}"u8.ToArray());
    });
}
