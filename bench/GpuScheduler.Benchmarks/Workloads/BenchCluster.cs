using GpuScheduler.Cluster;

namespace GpuScheduler.Benchmarks;

/// <summary>Clusters of eight-GPU nodes, and a mix of 30 pod classes, the same for every benchmark.</summary>
public static class BenchCluster
{
    public const string SchedulerName = "bench";

    public const int NodesPerRack = 16;

    /// <summary>A cluster of so many nodes: two GPU models, racks and zones, a few tainted nodes.</summary>
    public static ClusterWriter Make(int nodes)
    {
        DeviceShape a100 = DeviceShape.Uniform("A100", 8, 81_920), h100 = DeviceShape.Uniform("H100", 8, 81_559);
        ClusterWriter writer = new(TieKeys.Seeded(42));
        writer.SetNodes(Enumerable.Range(0, nodes).Select(i => new Node
        {
            Name = $"node-{i:D6}",
            Labels = LabelSet.Of(
                (WellKnownLabels.Hostname, $"node-{i:D6}"), (WellKnownLabels.Zone, $"zone-{i % 3}"), ("rack", $"rack-{i / NodesPerRack}"),
                ("kubernetes.io/arch", "amd64"), ("kubernetes.io/os", "linux"), (WellKnownLabels.GpuProduct, i % 4 == 0 ? "A100" : "H100")),
            Taints = i % 50 == 0 ? [new Taint("dedicated", "team", TaintEffect.NoSchedule)] : [],
            Allocatable = ResourceList.Of((ResourceNames.Cpu, 128_000), (ResourceNames.Memory, 1L << 40), (ResourceNames.Pods, 110)),
            Shape = i % 4 == 0 ? a100 : h100,
        }));
        return writer;
    }

    /// <summary>30 kinds of pods: shares, whole GPUs, several, CPU only; some choose a zone or a model.</summary>
    public static PodClass[] Classes(ClusterWriter writer) => [.. Enumerable.Range(0, 30).Select(i => writer.Classes.Intern(Spec(i)))];

    /// <summary>Spec number <paramref name="i"/> of the mix; numbers from 30 on are further, different ones.</summary>
    public static PodSpec Spec(int i) => new()
    {
        SchedulerName = SchedulerName,
        Containers =
        [
            new Container
            {
                Name = "main",
                Image = "registry.example/train:1",
                Requests = ResourceList.Of((ResourceNames.Cpu, 2_000 + (250 * i)), (ResourceNames.Memory, (4L + i) << 30)),
            },
        ],
        NodeSelector = i % 5 == 4 ? LabelSet.Of((WellKnownLabels.Zone, $"zone-{i % 3}")) : LabelSet.Empty,
        Tolerations = i % 10 == 9 ? [new Toleration("dedicated", TolerationOperator.Exists, "", null)] : [],
        Devices = (i % 6) switch
        {
            0 or 1 or 2 => new DeviceRequest { Count = 1, Milli = 100 + (i * 23), Models = i % 12 == 6 ? ["H100"] : [] },
            3 => new DeviceRequest { Count = 1, Milli = Device.FullMilli },
            4 => new DeviceRequest { Count = 2 + (2 * (i % 2)), Milli = Device.FullMilli },
            _ => DeviceRequest.None,
        },
    };

    /// <summary>Fills a cluster to about the given part of its GPU compute with pods of the mix, spread by number rather than by a policy.</summary>
    public static void Fill(ClusterWriter writer, PodClass[] classes, double part)
    {
        int pod = 0;
        for (int b = 0; b < writer.Working.Blocks.Length; b++)
        {
            for (int lane = 0; lane < Block.Size; lane++)
            {
                int node = (b * Block.Size) + lane;
                if ((writer.Working.Blocks[b].Nodes.Present >> lane & 1) == 0)
                {
                    continue;
                }

                for (int tries = 0; tries < 12 && writer.Working.Blocks[b].TotalFree[lane] > 8_000 * (1 - part); tries++)
                {
                    PodClass podClass = classes[TieKeys.Mix((ulong)(pod + 1)) % (ulong)classes.Length];
                    pod++;
                    Block block = writer.Working.Blocks[b];
                    DeviceSet devices = FirstThatFit(block, lane, podClass.Devices);
                    if (devices.Count == podClass.Devices.Count && podClass.Devices.Allows(block.Nodes.Shape(lane).Model)
                        && podClass.Requests.All(r => block.Nodes.Allocatable(r.Resource)[lane] - block.Requested(r.Resource)[lane] >= r.Amount))
                    {
                        writer.Working.Place(node, new Pod { Name = $"filler-{pod}", Spec = podClass.Spec }, podClass, devices);
                    }
                }
            }
        }

        writer.Publish();
    }

    private static DeviceSet FirstThatFit(Block block, int lane, DeviceRequest request)
    {
        DeviceSet chosen = DeviceSet.Empty;
        for (int device = 0; device < block.Nodes.Shape(lane).Count && chosen.Count < request.Count; device++)
        {
            chosen = block.FreeMilliOf(lane, device) >= request.Milli ? chosen.With(device) : chosen;
        }

        return chosen;
    }
}
