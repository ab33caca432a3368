using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GpuScheduler.Emulator;
using GpuScheduler.Framework;
using GpuScheduler.Kubernetes;
using GpuScheduler.Manifests;
using GpuScheduler.Plugins;
using GpuScheduler.Server;

namespace GpuScheduler.Cli;

/// <summary><c>gpusched demo</c>: a whole cluster in one process, and the scheduler at work on it.</summary>
internal static class DemoCommand
{
    private const string Description = """
        Show the scheduler at work on an embedded cluster: an API server emulator with GPU nodes, and the very scheduler of 'gpusched run' against it over HTTP.
        Training gangs come as well: each needs a whole rack at once, and waits where there is none. Needs nothing but this command; kubectl works against it meanwhile.

        Examples:
          gpusched demo

          # For longer, at a known port, with more pods
          gpusched demo --for 10m --port 8001 --rate 20
          kubectl --server http://127.0.0.1:8001 get pods -A -o wide
        """;

    private const string SchedulerName = "gpuscheduler";

    private const string Configuration = $"""
        apiVersion: {SchedulerConfiguration.ApiVersion}
        kind: {SchedulerConfiguration.Kind}
        leaderElection: {"{"}resourceName: gpuscheduler, resourceNamespace: kube-system{"}"}
        clientConnection: {"{"}qps: 5000, burst: 5000{"}"}
        profiles:
        - schedulerName: {SchedulerName}
        """;

    /// <summary>Between two gangs; the first come together, so that one of them waits.</summary>
    private static readonly TimeSpan GangTime = TimeSpan.FromSeconds(2);

    private const int FirstGangs = 3;

    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(250);

    public static Command Make(Terminal terminal)
    {
        Option<string> duration = new("--for") { HelpName = "TIME", Description = "How long, such as 30s or 10m; Ctrl-C ends it sooner.", DefaultValueFactory = _ => "20s" };
        Option<int> port = new("--port") { HelpName = "N", Description = "Port of the API server on 127.0.0.1; 0 takes a free one.", DefaultValueFactory = _ => 0 };
        Option<double> rate = new("--rate") { HelpName = "N", Description = "Pods created a second.", DefaultValueFactory = _ => 6 };
        Option<int> seed = new("--seed") { HelpName = "N", Description = "Of the workload.", DefaultValueFactory = _ => 42 };
        Command command = new("demo", Description);
        foreach (Option option in (Option[])[duration, port, rate, seed])
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellation) =>
        {
            List<string> errors = [];
            if (!ShortTime.TryParse(parsed.GetValue(duration)!, out TimeSpan time))
            {
                errors.Add($"--for: \"{parsed.GetValue(duration)}\" is not a time; write one such as 30s or 10m");
            }

            if (parsed.GetValue(port) is < 0 or > 65535)
            {
                errors.Add($"--port: {parsed.GetValue(port)} is out of range; write a number from 0 to 65535");
            }

            if (parsed.GetValue(rate) is not (> 0 and <= 1000))
            {
                errors.Add($"--rate: {parsed.GetValue(rate).ToString(CultureInfo.InvariantCulture)} is out of range; write a number above 0, up to 1000");
            }

            if (errors.Count > 0)
            {
                errors.ForEach(terminal.Error.WriteLine);
                return Task.FromResult(ExitCodes.BadInput);
            }

            return RunAsync(terminal, time, parsed.GetValue(port), parsed.GetValue(rate), parsed.GetValue(seed), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, TimeSpan duration, int port, double rate, int seed, CancellationToken cancellation)
    {
        await using EmulatorServer api = await EmulatorServer.StartAsync(new EmulatorOptions { Port = port, Time = terminal.Time })
            .ConfigureAwait(false);
        DemoCluster.CreateIn(api.Cluster);
        (SchedulerConfiguration? configuration, ConfigurationErrors errors) = SchedulerConfigurationFile.Read("demo", Configuration, BuiltInPlugins.Catalog);
        if (configuration is null)
        {
            throw new InvalidOperationException($"the demonstration's own configuration is wrong: {errors}");
        }

        using DemoLog log = new();
        using ApiConnection connection = ApiConnection.To(api.Address, new ApiConnectionOptions { Qps = configuration.ClientConnection.Qps, Burst = configuration.ClientConnection.Burst }, terminal.Time);
        await using SchedulerProcess scheduler = await SchedulerProcess.StartAsync(
            new SchedulerProcessOptions
            {
                Configuration = configuration,
                Server = new ServerOptions { ServingAddress = null, DebugAddress = null },
                Identity = "demo",
                Seed = (ulong)seed,
                Time = terminal.Time,
            },
            connection, log, cancellation).ConfigureAwait(false);

        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        over.CancelAfter(duration);
        DemoWorkload workload = new(seed, SchedulerName);
        Task[] work =
        [
            new FakeKubelet(api.Cluster, PodEnd.IsDeleted, terminal.Time).RunAsync(over.Token),
            scheduler.RunAsync(over.Token),
            CreatePodsAsync(api.Address, workload, rate, terminal.Time, over.Token),
            CreateGangsAsync(api.Address, workload, terminal.Time, over.Token),
        ];
        await ShowAsync(terminal, scheduler, api.Address, log, over.Token).ConfigureAwait(false);
        await Task.WhenAll(work).ConfigureAwait(false);
        await terminal.Out.WriteLineAsync(log.GangSummary()).ConfigureAwait(false);
        await terminal.Out.WriteLineAsync(log.Summary()).ConfigureAwait(false);
        return cancellation.IsCancellationRequested ? ExitCodes.Interrupted : log.Placed > 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    /// <summary>Creates pods as a user would: over HTTP.</summary>
    private static async Task CreatePodsAsync(Uri address, DemoWorkload workload, double rate, TimeProvider time, CancellationToken cancellation)
    {
        using HttpClient http = new() { BaseAddress = address };
        try
        {
            while (true)
            {
                await CreateAsync(http, workload.Next(), cancellation).ConfigureAwait(false);
                await Task.Delay(TimeSpan.FromSeconds(1 / rate), time, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The demonstration is over.
        }
    }

    private static async Task CreateGangsAsync(Uri address, DemoWorkload workload, TimeProvider time, CancellationToken cancellation)
    {
        using HttpClient http = new() { BaseAddress = address };
        try
        {
            for (int i = 1; true; i++)
            {
                foreach (JsonObject pod in workload.NextGang())
                {
                    await CreateAsync(http, pod, cancellation).ConfigureAwait(false);
                }

                if (i >= FirstGangs)
                {
                    await Task.Delay(GangTime, time, cancellation).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The demonstration is over.
        }
    }

    private static async Task CreateAsync(HttpClient http, JsonObject pod, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await http.PostAsJsonAsync($"api/v1/namespaces/{DemoWorkload.Namespace}/pods", pod, cancellation).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>On a terminal a picture that changes; otherwise what happens, line by line, and the picture at the end.</summary>
    private static async Task ShowAsync(Terminal terminal, SchedulerProcess scheduler, Uri address, DemoLog log, CancellationToken cancellation)
    {
        if (!terminal.ShowsProgress)
        {
            await terminal.Out.WriteLineAsync($"API server at {address}").ConfigureAwait(false);
        }

        int shown = 0;
        while (!cancellation.IsCancellationRequested)
        {
            await Task.Delay(FrameTime, terminal.Time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (terminal.ShowsProgress)
            {
                // From the top left corner, each line cleared to its end, and whatever is below.
                string frame = DemoFrame.Draw(scheduler.Host.Readings, address, log.Latest(8)).Replace("\n", "\x1b[K\n", StringComparison.Ordinal);
                await terminal.Out.WriteAsync($"\x1b[H{frame}\x1b[J").ConfigureAwait(false);
            }
            else
            {
                foreach (string line in log.Since(ref shown))
                {
                    await terminal.Out.WriteLineAsync(line).ConfigureAwait(false);
                }
            }
        }

        if (!terminal.ShowsProgress)
        {
            await terminal.Out.WriteLineAsync(DemoFrame.Draw(scheduler.Host.Readings, address, [])).ConfigureAwait(false);
        }
    }
}
