using System.Globalization;
using System.Text.Json.Nodes;

namespace GpuScheduler.Live.Tests;

/// <summary>Nodes and pods as the tests create them.</summary>
internal static class LiveObjects
{
    /// <summary>Of each GPU of <see cref="Node"/>.</summary>
    public const int DeviceMemoryMiB = 81_920;

    public static JsonObject Node(string name, int gpus, string regime = "annotation", string label = "")
    {
        string count = gpus.ToString(CultureInfo.InvariantCulture);
        JsonObject resources = new() { ["cpu"] = "64", ["memory"] = "512Gi", ["pods"] = "250", ["nvidia.com/gpu"] = count };
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Node",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = new JsonObject
                {
                    ["live-test"] = label,
                    ["nvidia.com/gpu.product"] = "NVIDIA-A100-SXM4-80GB",
                    ["nvidia.com/gpu.memory"] = DeviceMemoryMiB.ToString(CultureInfo.InvariantCulture),
                    ["nvidia.com/gpu.count"] = count,
                },
                ["annotations"] = new JsonObject { ["gpuscheduler.dev/allocation-regime"] = regime },
            },
            ["status"] = new JsonObject { ["capacity"] = resources, ["allocatable"] = resources.DeepClone() },
        };
    }

    /// <summary>As HAMi's device plugin registers it.</summary>
    public static JsonObject HamiNode(string name, int gpus, string label)
    {
        const int Sharers = 10;
        JsonObject node = Node(name, gpus * Sharers, label: label);
        node["metadata"]!["labels"]!.AsObject().Remove("nvidia.com/gpu.count");
        node["metadata"]!["annotations"] = new JsonObject
        {
            ["hami.io/node-nvidia-register"] = new JsonArray([.. Enumerable.Range(0, gpus).Select(i => new JsonObject
            {
                ["id"] = $"GPU-{i}",
                ["index"] = i,
                ["count"] = Sharers,
                ["devmem"] = DeviceMemoryMiB,
                ["devcore"] = 100,
                ["type"] = "NVIDIA A100-SXM4-80GB",
                ["mode"] = "hami-core",
                ["health"] = true,
            })]).ToJsonString(),
        };
        return node;
    }

    /// <param name="space">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="scheduler">Who is to schedule it.</param>
    /// <param name="gpus">Whole GPUs; 0: none.</param>
    /// <param name="fraction">Share of one GPU; empty: none.</param>
    /// <param name="memory">Memory of one GPU, such as <c>20Gi</c>; empty: none.</param>
    /// <param name="label">Only nodes with this label; empty: any.</param>
    public static JsonObject Pod(string space, string name, string scheduler, int gpus = 0, string fraction = "", string memory = "", string label = "")
    {
        JsonObject annotations = [];
        if (fraction.Length > 0)
        {
            annotations["gpuscheduler.dev/gpu-fraction"] = fraction;
        }

        if (memory.Length > 0)
        {
            annotations["gpuscheduler.dev/gpu-memory"] = memory;
        }

        JsonObject resources = new() { ["cpu"] = "100m" };
        if (gpus > 0)
        {
            resources["nvidia.com/gpu"] = gpus.ToString(CultureInfo.InvariantCulture);
        }

        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = space,
                ["annotations"] = annotations,
            },
            ["spec"] = new JsonObject
            {
                ["schedulerName"] = scheduler,
                ["nodeSelector"] = label.Length == 0 ? [] : new JsonObject { ["live-test"] = label },
                ["containers"] = new JsonArray(new JsonObject
                {
                    ["name"] = "main",
                    ["image"] = "registry.example/main:1",
                    ["resources"] = new JsonObject { ["requests"] = resources, ["limits"] = resources.DeepClone() },
                }),
            },
        };
    }
}
