using System.Globalization;
using System.Text.Json.Nodes;
using GpuScheduler.Emulator;

namespace GpuScheduler.Cli;

/// <summary>Pods for the demonstration: shares, memory, whole GPUs and groups of them, each for some seconds. The same seed makes the same pods.</summary>
internal sealed class DemoWorkload(int seed, string schedulerName)
{
    public const string Namespace = "demo";

    private readonly Random _random = new(seed);
    private int _number;

    /// <summary>The next pod's manifest.</summary>
    public JsonObject Next()
    {
        (string kind, int gpus, string key, string value) = _random.Next(100) switch
        {
            < 25 => ("notebook", 0, "gpuscheduler.dev/gpu-fraction", "0.25"),
            < 40 => ("inference", 0, "gpuscheduler.dev/gpu-fraction", "0.5"),
            < 50 => ("embedding", 0, "gpuscheduler.dev/gpu-memory", "12Gi"),
            < 72 => ("finetune", 1, "", ""),
            < 84 => ("train", 2, "", ""),
            < 94 => ("train-big", 4, "", ""),
            _ => ("pretrain", 8, "", ""),
        };
        int seconds = _random.Next(6, 25);
        JsonObject annotations = new() { [FakeKubelet.RunFor] = string.Create(CultureInfo.InvariantCulture, $"{seconds}s") };
        if (key.Length > 0)
        {
            annotations[key] = value;
        }

        JsonObject resources = new() { ["cpu"] = string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, gpus) * 2}"), ["memory"] = "8Gi" };
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
                ["name"] = string.Create(CultureInfo.InvariantCulture, $"{kind}-{_number++}"),
                ["namespace"] = Namespace,
                ["labels"] = new JsonObject { ["app"] = kind },
                ["annotations"] = annotations,
            },
            ["spec"] = new JsonObject
            {
                ["schedulerName"] = schedulerName,
                ["containers"] = new JsonArray(new JsonObject
                {
                    ["name"] = "main",
                    ["image"] = $"registry.example/{kind}:1",
                    ["resources"] = new JsonObject { ["requests"] = resources, ["limits"] = resources.DeepClone() },
                }),
            },
        };
    }
}
