using System.Globalization;
using System.Text.Json.Nodes;
using GpuScheduler.Emulator;

namespace GpuScheduler.Cli;

/// <summary>The nodes of the demonstration, and its namespace.</summary>
internal static class DemoCluster
{
    /// <summary>Label of the racks.</summary>
    public const string Rack = "topology.kubernetes.io/rack";

    /// <summary>Label by which pods choose their nodes: training gangs have some to themselves.</summary>
    public const string Pool = "demo/pool";

    public const string Shared = "shared", Training = "training";

    private const int NodesInRack = 2;

    private static readonly (string Name, string Product, int MemoryMiB, int Gpus, int Count)[] Kinds =
    [
        ("a100", "NVIDIA-A100-SXM4-80GB", 81_920, 8, 2),
        ("l40s", "NVIDIA-L40S", 46_068, 4, 3),
        ("t4", "Tesla-T4", 15_360, 2, 2),
    ];

    public static void CreateIn(EmulatedCluster cluster)
    {
        cluster.Create(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = DemoWorkload.Namespace } });
        foreach ((string name, string product, int memory, int gpus, int count) in Kinds)
        {
            for (int i = 0; i < count; i++)
            {
                Node(string.Create(CultureInfo.InvariantCulture, $"gpu-{name}-{i}"), product, memory, gpus, Shared).CreateIn(cluster);
            }
        }

        for (int i = 0; i < 2 * NodesInRack; i++)
        {
            FakeNode node = Node(string.Create(CultureInfo.InvariantCulture, $"gpu-h100-{i}"), "NVIDIA-H100-80GB-HBM3", 81_559, 8, Training);
            Dictionary<string, string> labels = new(node.Labels) { [Rack] = $"rack-{"ab"[i / NodesInRack]}" };
            (node with { Labels = labels }).CreateIn(cluster);
        }
    }

    private static FakeNode Node(string name, string product, int memoryMiB, int gpus, string pool) => new(name)
    {
        Resources = new Dictionary<string, string>
        {
            ["cpu"] = Text(gpus * 12),
            ["memory"] = $"{Text(gpus * 96)}Gi",
            ["pods"] = "110",
            ["nvidia.com/gpu"] = Text(gpus),
        },
        Labels = new Dictionary<string, string>
        {
            [Pool] = pool,
            ["nvidia.com/gpu.product"] = product,
            ["nvidia.com/gpu.count"] = Text(gpus),
            ["nvidia.com/gpu.memory"] = Text(memoryMiB),
        },
        Annotations = new Dictionary<string, string> { ["gpuscheduler.dev/allocation-regime"] = "annotation" },
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
