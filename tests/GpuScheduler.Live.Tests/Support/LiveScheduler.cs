using GpuScheduler.Kubernetes;
using GpuScheduler.Server;
using Microsoft.Extensions.Logging;

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

    public static async Task<LiveScheduler> StartAsync(SchedulerProcessOptions options, ApiConnection connection, ILoggerFactory logs) =>
        new(await SchedulerProcess.StartAsync(options, connection, logs, CancellationToken.None), connection);

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
