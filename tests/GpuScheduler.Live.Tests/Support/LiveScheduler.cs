using GpuScheduler.Framework;
using GpuScheduler.Kubernetes;
using GpuScheduler.Manifests;
using GpuScheduler.Plugins;
using GpuScheduler.Server;
using Microsoft.Extensions.Logging.Abstractions;

namespace GpuScheduler.Live.Tests;

/// <summary>A scheduler process that runs beside the test.</summary>
internal sealed class LiveScheduler : IAsyncDisposable
{
    private readonly SchedulerProcess _process;
    private readonly ApiConnection _connection;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private LiveScheduler(SchedulerProcess process, ApiConnection connection)
    {
        _process = process;
        _connection = connection;
        _running = Task.Run(() => process.RunAsync(_stop.Token));
    }

    public SchedulerHost Host => _process.Host;

    /// <param name="fields">Fields of the configuration.</param>
    /// <param name="identity">Of the replica.</param>
    /// <param name="connection">Its own; it goes with it.</param>
    public static async Task<LiveScheduler> StartAsync(string fields, string identity, ApiConnection connection)
    {
        string text = $"apiVersion: {SchedulerConfiguration.ApiVersion}\nkind: {SchedulerConfiguration.Kind}\n{fields}";
        (SchedulerConfiguration? configuration, ConfigurationErrors errors) = SchedulerConfigurationFile.Read("live", text, BuiltInPlugins.Catalog);
        Assert.That(errors, Is.Empty);
        SchedulerProcessOptions options = new()
        {
            Configuration = configuration!,
            Identity = identity,
            Seed = 1,
            Server = new ServerOptions { ServingAddress = null, DebugAddress = null },
        };
        return new LiveScheduler(await SchedulerProcess.StartAsync(options, connection, NullLoggerFactory.Instance, CancellationToken.None), connection);
    }

    /// <summary>Ends it in order.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await DropAsync();
    }

    /// <summary>Ends it as a power failure would: its connection is gone at once, its lease is not given back.</summary>
    public async Task KillAsync()
    {
        _connection.Dispose();
        await _stop.CancelAsync();

        // Nothing is ended in order: whatever it still wanted to write stays unwritten.
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task DropAsync()
    {
        await _process.DisposeAsync();
        _connection.Dispose();
        _stop.Dispose();
    }
}
