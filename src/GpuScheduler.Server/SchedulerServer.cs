using GpuScheduler.Kubernetes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace GpuScheduler.Server;

/// <summary>
/// What the scheduler process serves over HTTP: <c>/livez</c>, <c>/readyz</c>, <c>/healthz</c> and <c>/metrics</c> on one address, <c>/debug</c> on another. It
/// answers while the scheduler still starts, and until it is disposed.
/// </summary>
public sealed class SchedulerServer : IAsyncDisposable
{
    private readonly HttpSite? _serving;
    private readonly HttpSite? _debug;

    private SchedulerServer(HttpSite? serving, HttpSite? debug)
    {
        _serving = serving;
        _debug = debug;
    }

    /// <summary>Where health and metrics are, with the port that the system chose where the options left that to it; null: not served.</summary>
    public Uri? ServingAddress => _serving?.Address;

    /// <summary>Where the dumps are; null: not served.</summary>
    public Uri? DebugAddress => _debug?.Address;

    /// <summary>Starts to serve.</summary>
    /// <exception cref="IOException">An address cannot be used; the message says why and what to do. Nothing is left listening.</exception>
    public static async Task<SchedulerServer> StartAsync(
        ServerOptions options, ServerSources sources, ILoggerFactory logs, CancellationToken cancellation = default)
    {
        HttpSite? serving = options.ServingAddress is { } address
            ? await HttpSite.StartAsync(address, ("health and metrics", "--metrics-address"), options, logs, routes => MapServing(routes, sources, logs), cancellation)
                .ConfigureAwait(false)
            : null;
        try
        {
            HttpSite? debug = options.DebugAddress is { } debugAddress && sources.Debug is { } dumps
                ? await HttpSite.StartAsync(debugAddress, ("debug dumps", "--debug-address"), options, logs, new DebugEndpoints(dumps).Map, cancellation).ConfigureAwait(false)
                : null;
            return new SchedulerServer(serving, debug);
        }
        catch
        {
            await DisposeAsync(serving).ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DisposeAsync(_debug).ConfigureAwait(false);
        await DisposeAsync(_serving).ConfigureAwait(false);
    }

    private static void MapServing(IEndpointRouteBuilder routes, ServerSources sources, ILoggerFactory logs)
    {
        ILogger log = logs.CreateLogger<SchedulerServer>();
        HealthCheck ping = new("ping", () => null);
        new HealthEndpoint("livez", [ping, .. sources.LiveChecks], log).Map(routes);
        new HealthEndpoint("healthz", [ping, .. sources.LiveChecks], log).Map(routes);
        new HealthEndpoint("readyz", [ping, .. sources.LiveChecks, .. sources.ReadyChecks], log).Map(routes);
        routes.MapMetrics("/metrics", sources.Metrics.Registry);
    }

    private static ValueTask DisposeAsync(HttpSite? site) => site?.DisposeAsync() ?? ValueTask.CompletedTask;
}
