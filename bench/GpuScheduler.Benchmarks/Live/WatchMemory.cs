using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using GpuScheduler.Cluster;
using GpuScheduler.Emulator;
using GpuScheduler.Kubernetes;
using GpuScheduler.Plugins;
using Microsoft.Extensions.Logging.Abstractions;

namespace GpuScheduler.Benchmarks;

/// <summary>
/// Memory of a scheduler that watches 5,000 nodes and 100,000 pods of 500 templates: the scheduler is this process, the emulated API server another one.
/// </summary>
internal static class WatchMemory
{
    private const int Nodes = 5_000;
    private const int Pods = 100_000;
    private const int Templates = 500;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static async Task<int> RunAsync(TextWriter output)
    {
        using Process server = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, Arguments())
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;
        try
        {
            string? line;
            while ((line = await server.StandardOutput.ReadLineAsync()) is not null && !line.StartsWith("http", StringComparison.Ordinal))
            {
                await output.WriteLineAsync(line);
            }

            await WatchAsync(new Uri(line ?? throw new InvalidOperationException("the server did not start")), output);
        }
        finally
        {
            server.StandardInput.Close();
            await server.WaitForExitAsync();
        }

        return 0;
    }

    /// <summary>The other process: says its address, and serves until its input ends.</summary>
    public static async Task<int> ServeAsync(TextWriter output, TextReader input)
    {
        EmulatedCluster cluster = new(TimeProvider.System);
        for (int i = 0; i < 12; i++)
        {
            cluster.Create(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = $"team-{i}" } });
        }

        cluster.Create(new JsonObject
        {
            ["apiVersion"] = "scheduling.k8s.io/v1",
            ["kind"] = "PriorityClass",
            ["metadata"] = new JsonObject { ["name"] = "training" },
            ["value"] = 1000,
        });
        for (int i = 0; i < Nodes; i++)
        {
            cluster.Restore(Node(i));
        }

        await CreatePodsAsync(cluster, output);
        cluster.ForgetHistory();
        await using EmulatorServer server = await EmulatorServer.StartAsync(new EmulatorOptions { Cluster = cluster });
        await output.WriteLineAsync(server.Address.ToString());
        await input.ReadToEndAsync();
        return 0;
    }

    private static async Task CreatePodsAsync(EmulatedCluster cluster, TextWriter output)
    {
        RealisticPods pods = new(Templates, Nodes);
        Dictionary<(int Template, bool IsBound), JsonObject> made = [];
        long told = Stopwatch.GetTimestamp();
        for (int i = 0; i < Pods; i++)
        {
            (int Template, bool IsBound) kind = (i % Templates, RealisticPods.IsBound(i));
            if (made.TryGetValue(kind, out JsonObject? pod))
            {
                pods.Renew(pod, i);
            }
            else
            {
                made[kind] = pod = pods.Pod(i);
                (pod["apiVersion"], pod["kind"]) = ("v1", "Pod");
            }

            cluster.Restore(pod);
            if (Stopwatch.GetElapsedTime(told) >= Pace)
            {
                told = Stopwatch.GetTimestamp();
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{i + 1:N0} of {Pods:N0} pods made"));
            }
        }
    }

    private static async Task WatchAsync(Uri address, TextWriter output)
    {
        // Pods that wait are watched and not tried: it is what they and the bound ones hold that counts here.
        ClusterWriter cluster = new(TieKeys.Seeded(1));
        using ApiConnection connection = ApiConnection.To(address, new ApiConnectionOptions { Qps = 0 }, TimeProvider.System);
        await using SchedulerHost host = new(
            new SchedulerHostOptions
            {
                Profiles = [BuiltInPlugins.DefaultProfile("another-scheduler")],
                Cluster = cluster,
                Identity = "bench",
                LeaderElection = new() { LeaderElect = false },
                AuditInterval = TimeSpan.Zero,
            },
            connection, NullLoggerFactory.Instance);
        using CancellationTokenSource stop = new();
        long started = Stopwatch.GetTimestamp();
        Task running = Task.Run(() => host.RunAsync(stop.Token));
        while (!host.IsLeader && Stopwatch.GetElapsedTime(started) < Limit && !running.IsCompleted)
        {
            await Task.Delay(Pace);
            await TellAsync(output, started, host);
        }

        await ReportAsync("listed and watched", output);

        // Audits follow ten seconds one after the other, each a list of everything.
        for (int i = 0; i < 25 && !running.IsCompleted; i++)
        {
            await Task.Delay(Pace);
            await TellAsync(output, started, host);
        }

        await ReportAsync("after audits for 50 s", output);
        await stop.CancelAsync();
        await running;
    }

    private static async Task TellAsync(TextWriter output, long started, SchedulerHost host)
    {
        SchedulerReadings readings = host.Readings;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"after {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s: {(readings.IsLeader ? "schedules" : "lists")}, {readings.Pods:N0} of {Pods:N0} pods are on nodes, {Environment.WorkingSet >> 20} MiB resident"));
    }

    private static async Task ReportAsync(string when, TextWriter output)
    {
        using Process self = Process.GetCurrentProcess();
        long resident = self.WorkingSet64, peak = self.PeakWorkingSet64;
        long live = GC.GetTotalMemory(forceFullCollection: true);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{when}: {resident / 1048576.0:F0} MiB resident (peak {peak / 1048576.0:F0}), {live / 1048576.0:F0} MiB live"));
    }

    private static string Arguments() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? $"\"{typeof(WatchMemory).Assembly.Location}\" serve-cluster" : "serve-cluster";

    private static JsonObject Node(int number)
    {
        JsonObject resources = new() { ["cpu"] = "192", ["memory"] = "2048Gi", ["pods"] = "250", ["nvidia.com/gpu"] = "8" };
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Node",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"gpu-node-{number:D4}",
                ["labels"] = new JsonObject
                {
                    ["kubernetes.io/hostname"] = $"gpu-node-{number:D4}",
                    ["topology.kubernetes.io/zone"] = number % 2 == 0 ? "eu-1a" : "eu-1b",
                    ["nvidia.com/gpu.product"] = "NVIDIA-A100-SXM4-80GB",
                    ["nvidia.com/gpu.memory"] = "81920",
                    ["nvidia.com/gpu.count"] = "8",
                },
                ["annotations"] = new JsonObject { ["gpuscheduler.dev/allocation-regime"] = "annotation" },
            },
            ["status"] = new JsonObject
            {
                ["capacity"] = resources,
                ["allocatable"] = resources.DeepClone(),
                ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }),
            },
        };
    }
}
