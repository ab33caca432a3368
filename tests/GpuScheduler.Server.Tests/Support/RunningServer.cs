using System.Net;
using GpuScheduler.Kubernetes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace GpuScheduler.Server.Tests;

/// <summary>A server on ports of the system's choice, and a client for it.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    public static readonly ServerAddress AnyPort = new(IPAddress.Loopback, 0);

    public static readonly ServerOptions Options = new() { ServingAddress = AnyPort, DebugAddress = AnyPort };

    private RunningServer(SchedulerServer server, SchedulerMetrics metrics)
    {
        Server = server;
        Metrics = metrics;
    }

    public SchedulerServer Server { get; }

    public SchedulerMetrics Metrics { get; }

    public HttpClient Client { get; } = new();

    public static async Task<RunningServer> StartAsync(
        IEnumerable<HealthCheck>? live = null, IEnumerable<HealthCheck>? ready = null, ISchedulerDebug? debug = null, ServerOptions? options = null, ILoggerFactory? logs = null)
    {
        SchedulerMetrics metrics = new();
        ServerSources sources = new() { LiveChecks = [.. live ?? []], ReadyChecks = [.. ready ?? []], Metrics = metrics, Debug = debug };
        return new RunningServer(await SchedulerServer.StartAsync(options ?? Options, sources, logs ?? NullLoggerFactory.Instance), metrics);
    }

    public Task<HttpResponseMessage> GetAsync(string path) => Client.GetAsync(new Uri(Server.ServingAddress!, path));

    public Task<HttpResponseMessage> GetDebugAsync(string path) => Client.GetAsync(new Uri(Server.DebugAddress!, path));

    /// <summary>Status code and text, such as <c>200 ok</c>.</summary>
    public async Task<string> AnswerAsync(string path)
    {
        using HttpResponseMessage response = await GetAsync(path);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
    }

    public async Task<PrometheusText> ScrapeAsync()
    {
        using HttpResponseMessage response = await GetAsync("/metrics");
        return PrometheusText.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }
}
