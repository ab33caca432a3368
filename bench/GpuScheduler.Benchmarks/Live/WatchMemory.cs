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
            string address = await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the server did not start");
            await WatchAsync(new Uri(address), output);
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
            JsonObject node = Node(i);
            cluster.Create(node);
            cluster.UpdateStatus(node);
        }

        RealisticPods pods = new(Templates, Nodes);
        for (int i = 0; i < Pods; i++)
        {
            JsonObject pod = pods.Pod(i);
            (pod["apiVersion"], pod["kind"]) = ("v1", "Pod");
            ((JsonObject)pod["metadata"]!).Remove("resourceVersion");
            JsonNode status = pod["status"]!.DeepClone();
            JsonObject created = cluster.Create(pod);
            created["status"] = status;
            cluster.UpdateStatus(created);
        }

        cluster.ForgetHistory();
        await using EmulatorServer server = await EmulatorServer.StartAsync(new EmulatorOptions { Cluster = cluster });
        await output.WriteLineAsync(server.Address.ToString());
        await input.ReadToEndAsync();
        return 0;
    }

    private static async Task WatchAsync(Uri address, TextWriter output)
    {
        // Pods that wait are watched and not tried: it is what they and the bound ones hold that counts here.
        ClusterWriter cluster = new(TieKeys.Seeded(1));
        using ApiConnection connection = ApiConnection.To(address, new ApiConnectionOptions { Qps = 0 }, TimeProvider.System);
        await using SchedulerHost host = new(
            new SchedulerHostOptions { Profiles = [BuiltInPlugins.DefaultProfile("another-scheduler")], Cluster = cluster, Identity = "bench", LeaderElection = new() { LeaderElect = false } },
            connection, NullLoggerFactory.Instance);
        using CancellationTokenSource stop = new();
        long started = Stopwatch.GetTimestamp();
        Task running = Task.Run(() => host.RunAsync(stop.Token));
        while (!host.IsLeader && Stopwatch.GetElapsedTime(started) < Limit && !running.IsCompleted)
        {
            await Task.Delay(100);
        }

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"ready after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s: {host.Readings.Pods} of {Pods} pods are on nodes"));
        await ReportAsync("listed, watched, listed again to begin the term", output);

        // Three audits follow, each a list of everything.
        await Task.Delay(TimeSpan.FromSeconds(45));
        await ReportAsync("after three more lists of everything", output);
        await stop.CancelAsync();
        await running;
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
