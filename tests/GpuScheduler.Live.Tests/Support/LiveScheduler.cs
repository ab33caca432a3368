using System.Globalization;
using System.Net;
using GpuScheduler.Framework;
using GpuScheduler.Kubernetes;
using GpuScheduler.Manifests;
using GpuScheduler.Plugins;
using GpuScheduler.Server;
using Microsoft.Extensions.Logging;
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
    /// <param name="log">Where it logs; with one its metrics are served, too.</param>
    public static async Task<LiveScheduler> StartAsync(string fields, string identity, ApiConnection connection, LiveLog? log = null)
    {
        string text = $"apiVersion: {SchedulerConfiguration.ApiVersion}\nkind: {SchedulerConfiguration.Kind}\n{fields}";
        (SchedulerConfiguration? configuration, ConfigurationErrors errors) = SchedulerConfigurationFile.Read("live", text, BuiltInPlugins.Catalog);
        Assert.That(errors, Is.Empty);
        SchedulerProcessOptions options = new()
        {
            Configuration = configuration!,
            Identity = identity,
            Seed = 1,
            Server = new ServerOptions { ServingAddress = log is null ? null : new ServerAddress(IPAddress.Loopback, 0), DebugAddress = null },
        };
        return new LiveScheduler(await SchedulerProcess.StartAsync(options, connection, log ?? (ILoggerFactory)NullLoggerFactory.Instance, CancellationToken.None), connection);
    }

    /// <summary>The sum of the samples whose line begins so, such as <c>name{label="value"</c>.</summary>
    public async Task<double> MetricAsync(string begin)
    {
        using HttpClient http = new();
        string text = await http.GetStringAsync(new Uri(_process.ServingAddress!, "metrics"));
        return text.Split('\n').Where(l => l.StartsWith(begin, StringComparison.Ordinal)).Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>What the readiness probe answers.</summary>
    public async Task<string> ReadinessAsync()
    {
        using HttpClient http = new();
        using HttpResponseMessage response = await http.GetAsync(new Uri(_process.ServingAddress!, "readyz"));
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
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
