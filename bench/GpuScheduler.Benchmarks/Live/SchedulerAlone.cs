using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using GpuScheduler.Emulator;
using GpuScheduler.Framework;
using GpuScheduler.Kubernetes;
using GpuScheduler.Manifests;
using GpuScheduler.Plugins;
using GpuScheduler.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;

namespace GpuScheduler.Benchmarks;

/// <summary>
/// How many pods a second the scheduler binds when they all wait already and the API server costs little: the emulator, in the same process. Everything else is as
/// in <c>gpusched run</c>: lists and watches in protobuf over HTTP, Bindings, events.
/// </summary>
internal sealed class SchedulerAlone
{
    private const string SchedulerName = "gpuscheduler";
    private const int GpusOfANode = 8;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private int _bound;
    private long _first;
    private long _last;

    /// <param name="args">How many pods, for as many GPUs.</param>
    /// <param name="output">One line of figures.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        if (args is not [var text] || !int.TryParse(text, CultureInfo.InvariantCulture, out int pods))
        {
            await output.WriteLineAsync("usage: alone PODS");
            return 2;
        }

        return await new SchedulerAlone().MeasureAsync(pods, output);
    }

    private async Task<int> MeasureAsync(int pods, TextWriter output)
    {
        await using EmulatorServer server = await EmulatorServer.StartAsync(new EmulatorOptions { Middleware = [CountBindings] });
        int nodes = (pods + GpusOfANode - 1) / GpusOfANode;
        using ApiConnection creating = LiveApi.Connect(server.Address.AbsoluteUri);
        await LiveApi.CreateNodesAsync(creating.Client, nodes);
        for (int i = 0; i < pods; i++)
        {
            JsonObject pod = LiveApi.Pod(string.Create(CultureInfo.InvariantCulture, $"p{i}"), SchedulerName);
            server.Cluster.Create(pod);
        }

        (SchedulerConfiguration? configuration, _) = SchedulerConfigurationFile.Read(
            "alone", $"apiVersion: {SchedulerConfiguration.ApiVersion}\nkind: {SchedulerConfiguration.Kind}\nleaderElection: {{leaderElect: false}}\nprofiles: [{{schedulerName: {SchedulerName}}}]\n", BuiltInPlugins.Catalog);
        using ApiConnection connection = LiveApi.Connect(server.Address.AbsoluteUri);
        await using SchedulerProcess scheduler = await SchedulerProcess.StartAsync(
            new SchedulerProcessOptions
            {
                Configuration = configuration!,
                Identity = "alone",
                Server = new ServerOptions { ServingAddress = null, DebugAddress = null },
            },
            connection, NullLoggerFactory.Instance, CancellationToken.None);
        using CancellationTokenSource stop = new();
        long started = Stopwatch.GetTimestamp();
        Task running = Task.Run(() => scheduler.RunAsync(stop.Token));
        while (Volatile.Read(ref _bound) < pods && Stopwatch.GetElapsedTime(started) < Limit)
        {
            await Task.Delay(20);
        }

        double seconds = Stopwatch.GetElapsedTime(_first, _last).TotalSeconds;
        await stop.CancelAsync();
        await running;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"alone: {_bound} of {pods} pods bound on {nodes} nodes, {(_bound - 1) / seconds:F0} pods/s from the first bind to the last; first bind {Stopwatch.GetElapsedTime(started, _first).TotalSeconds:F2} s after the begin"));
        return _bound == pods ? 0 : 1;
    }

    private void CountBindings(IApplicationBuilder application) => application.Use(async (context, next) =>
    {
        await next(context);
        if (context.Request.Path.Value!.EndsWith("/binding", StringComparison.Ordinal) && context.Response.StatusCode == 201)
        {
            long now = Stopwatch.GetTimestamp();
            Interlocked.CompareExchange(ref _first, now, 0);
            Volatile.Write(ref _last, now);
            Interlocked.Increment(ref _bound);
        }
    });
}
