using System.Globalization;
using System.Text.Json.Nodes;
using GpuScheduler.Emulator;

namespace GpuScheduler.Cli;

/// <summary>Nodes of the demonstration, and what their kubelets would do: pods run for the time that they name, and are gone.</summary>
internal sealed class DemoCluster(EmulatedCluster cluster, TimeProvider time)
{
    private const string Resource = "pods";

    private static readonly (string Name, string Product, int MemoryMiB, int Gpus, int Count)[] Kinds =
    [
        ("a100", "NVIDIA-A100-SXM4-80GB", 81_920, 8, 3),
        ("h100", "NVIDIA-H100-80GB-HBM3", 81_559, 8, 1),
        ("l40s", "NVIDIA-L40S", 46_068, 4, 3),
        ("t4", "Tesla-T4", 15_360, 2, 3),
    ];

    public void CreateNodes()
    {
        cluster.Create(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = DemoWorkload.Namespace } });
        foreach ((string name, string product, int memory, int gpus, int count) in Kinds)
        {
            for (int i = 0; i < count; i++)
            {
                // As with a real server, a status is written on its own.
                JsonObject node = Node(string.Create(CultureInfo.InvariantCulture, $"gpu-{name}-{i}"), product, memory, gpus);
                cluster.Create(node);
                cluster.UpdateStatus(node);
            }
        }
    }

    /// <summary>Plays kubelet until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        List<Task> running = [];
        HashSet<string> started = [];
        try
        {
            await foreach (ClusterChange change in cluster.Changes(Resource, cancellation).ConfigureAwait(false))
            {
                JsonObject pod = change.ReadDocument();
                if (change.Kind != ChangeKind.Deleted && pod["spec"]?["nodeName"] is not null && started.Add((string)pod["metadata"]!["uid"]!))
                {
                    running.Add(RunPodAsync(change.Namespace, change.Name, (string?)pod["metadata"]!["annotations"]?[DemoWorkload.RunFor], cancellation));
                }
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunPodAsync(string space, string name, string? runFor, CancellationToken cancellation)
    {
        cluster.ChangeStatus(Resource, space, name, pod =>
        {
            JsonObject status = pod["status"] as JsonObject ?? [];
            pod["status"] = status;
            status["phase"] = "Running";
            status["startTime"] = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        });
        if (runFor is not null && int.TryParse(runFor.TrimEnd('s'), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds))
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), time, cancellation).ConfigureAwait(false);
            cluster.Delete(Resource, space, name, graceSeconds: 0);
        }
    }

    private static JsonObject Node(string name, string product, int memoryMiB, int gpus)
    {
        JsonObject resources = new()
        {
            ["cpu"] = string.Create(CultureInfo.InvariantCulture, $"{gpus * 12}"),
            ["memory"] = string.Create(CultureInfo.InvariantCulture, $"{gpus * 96}Gi"),
            ["pods"] = "110",
            ["nvidia.com/gpu"] = gpus.ToString(CultureInfo.InvariantCulture),
        };
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Node",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = new JsonObject
                {
                    ["kubernetes.io/hostname"] = name,
                    ["nvidia.com/gpu.product"] = product,
                    ["nvidia.com/gpu.count"] = gpus.ToString(CultureInfo.InvariantCulture),
                    ["nvidia.com/gpu.memory"] = memoryMiB.ToString(CultureInfo.InvariantCulture),
                },
                ["annotations"] = new JsonObject { ["gpuscheduler.dev/allocation-regime"] = "annotation" },
            },
            ["status"] = new JsonObject
            {
                ["capacity"] = resources,
                ["allocatable"] = resources.DeepClone(),
                ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True", ["reason"] = "KubeletReady" }),
                ["nodeInfo"] = new JsonObject { ["kubeletVersion"] = "v1.35.0-demo" },
            },
        };
    }
}
