using System.Globalization;
using System.Text.Json.Nodes;
using GpuScheduler.Emulator;

namespace GpuScheduler.Cli;

/// <summary>
/// Pods for the demonstration: shares, memory, whole GPUs and groups of them, each for some seconds; and training gangs, each as large as a rack. The same seed makes the
/// same pods.
/// </summary>
internal sealed class DemoWorkload(int seed, string schedulerName)
{
    public const string Namespace = "demo";

    private const int GangPods = 4, GangGpus = 4;

    private readonly Random _random = new(seed);
    private readonly Random _gangRandom = new(seed);
    private int _number;
    private int _gangNumber;

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

        return Pod(string.Create(CultureInfo.InvariantCulture, $"{kind}-{_number++}"), kind, DemoCluster.Shared, gpus, annotations);
    }

    /// <summary>The manifests of the next gang.</summary>
    public IReadOnlyList<JsonObject> NextGang()
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"llm-{_gangNumber++}");
        string time = string.Create(CultureInfo.InvariantCulture, $"{_gangRandom.Next(2, 5)}s");
        return
        [
            .. Enumerable.Range(0, GangPods).Select(i => Pod(string.Create(CultureInfo.InvariantCulture, $"{name}-{i}"), "llm", DemoCluster.Training, GangGpus, new JsonObject
            {
                [FakeKubelet.RunFor] = time,
                ["gpuscheduler.dev/gang"] = name,
                ["gpuscheduler.dev/gang-size"] = string.Create(CultureInfo.InvariantCulture, $"{GangPods}"),
                ["gpuscheduler.dev/gang-required-level"] = DemoCluster.Rack,
            })),
        ];
    }

    private JsonObject Pod(string name, string kind, string pool, int gpus, JsonObject annotations)
    {
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
                ["name"] = name,
                ["namespace"] = Namespace,
                ["labels"] = new JsonObject { ["app"] = kind },
                ["annotations"] = annotations,
            },
            ["spec"] = new JsonObject
            {
                ["schedulerName"] = schedulerName,
                ["nodeSelector"] = new JsonObject { [DemoCluster.Pool] = pool },
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
