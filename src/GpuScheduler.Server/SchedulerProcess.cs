using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Kubernetes;
using GpuScheduler.Scheduling;
using Microsoft.Extensions.Logging;

namespace GpuScheduler.Server;

/// <summary>The scheduler process: a <see cref="SchedulerHost"/>, what it serves over HTTP, and the learning of prices beside it.</summary>
public sealed class SchedulerProcess : IAsyncDisposable
{
    private readonly PriceLearning _learning;
    private readonly SchedulerServer _server;
    private readonly TraceExport? _traces;

    private SchedulerProcess(SchedulerHost host, PriceLearning learning, SchedulerServer server, TraceExport? traces)
    {
        Host = host;
        _learning = learning;
        _server = server;
        _traces = traces;
    }

    public SchedulerHost Host { get; }

    /// <summary>Where health and metrics are; null: not served.</summary>
    public Uri? ServingAddress => _server.ServingAddress;

    /// <summary>Makes the process and begins to serve; it schedules from <see cref="RunAsync"/> on.</summary>
    /// <exception cref="IOException">An address cannot be listened on.</exception>
    /// <exception cref="FormatException">The environment's address for traces is not a URL.</exception>
    public static async Task<SchedulerProcess> StartAsync(
        SchedulerProcessOptions options, ApiConnection connection, ILoggerFactory logs, CancellationToken cancellation)
    {
        SchedulerConfiguration configuration = options.Configuration;
        ImmutableArray<Profile> profiles = [.. configuration.Profiles.Select(ProfileFactory.Create)];
        ClusterWriter cluster = new(TieKeys.Seeded(options.Seed));
        TraceExport? traces = TraceExport.Start();
        PriceLearning learning = new(profiles, cluster, logs.CreateLogger<PriceLearning>());
        SchedulerMetrics metrics = new();
        SchedulerHost host = new(
            new SchedulerHostOptions
            {
                Profiles = profiles,
                Cluster = cluster,
                Queue = new QueueOptions
                {
                    InitialBackoff = TimeSpan.FromSeconds(configuration.PodInitialBackoffSeconds),
                    MaxBackoff = TimeSpan.FromSeconds(configuration.PodMaxBackoffSeconds),
                },
                Shapes = ShapeCatalog.BuiltIn.With(configuration.DeviceShapes),
                LeaderElection = configuration.LeaderElection,
                Identity = options.Identity,
                Configuration = options.ConfigurationText,
                Arrived = learning.Arrived,
                Left = learning.Left,
                Metrics = metrics,
                Parallelism = Math.Min(configuration.Parallelism, Environment.ProcessorCount),
                Time = options.Time,
                Seed = (int)options.Seed,
            },
            connection, logs);
        metrics.ReadFrom(() => host.Readings);
        try
        {
            SchedulerServer server = await SchedulerServer.StartAsync(
                options.Server,
                new ServerSources { LiveChecks = host.LiveChecks, ReadyChecks = host.ReadyChecks, Metrics = metrics, Debug = host.Debug },
                logs, cancellation).ConfigureAwait(false);
            return new SchedulerProcess(host, learning, server, traces);
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            await learning.DisposeAsync().ConfigureAwait(false);
            traces?.Dispose();
            throw;
        }
    }

    /// <summary>Schedules until it is cancelled; then finishes what is under way.</summary>
    public Task RunAsync(CancellationToken cancellation) => Host.RunAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().ConfigureAwait(false);
        await Host.DisposeAsync().ConfigureAwait(false);
        await _learning.DisposeAsync().ConfigureAwait(false);
        _traces?.Dispose();
    }
}
