using GpuScheduler.Cluster;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Benchmarks;

/// <summary>Eight-GPU nodes in four levels (zone, block, rack, NVLink domain), a tenth of them in use, and gangs of equal pods.</summary>
internal static class GangCluster
{
    public static readonly TopologyLevels Levels = new([WellKnownLabels.Zone, "topology.kubernetes.io/block", "topology.kubernetes.io/rack", WellKnownLabels.GpuClique]);

    public static ClusterWriter Make(int nodes)
    {
        DeviceShape shape = DeviceShape.Uniform("H100", 8, 81_559);
        ClusterWriter writer = new(TieKeys.Seeded(42));
        writer.SetNodes(Enumerable.Range(0, nodes).Select(i => new Node
        {
            Name = $"node-{i:D6}",
            Labels = LabelSet.Of(
                (WellKnownLabels.Hostname, $"node-{i:D6}"), (WellKnownLabels.Zone, $"zone-{i / 2048}"), ("topology.kubernetes.io/block", $"block-{i / 640}"),
                ("topology.kubernetes.io/rack", $"rack-{i / 32}"), (WellKnownLabels.GpuClique, $"clique-{i / 8}")),
            Allocatable = ResourceList.Of((ResourceNames.Cpu, 128_000), (ResourceNames.Memory, 1L << 40), (ResourceNames.Pods, 110)),
            Shape = shape,
        }));
        PodClass filler = writer.Classes.Intern(BenchCluster.Spec(3));
        for (int node = 0; node < nodes; node++)
        {
            if (TieKeys.Mix((ulong)node) % 10 == 0)
            {
                writer.Working.Place(node, new Pod { Name = $"filler-{node}", Spec = filler.Spec }, filler, DeviceSet.First(1));
            }
        }

        writer.Publish();
        return writer;
    }

    /// <summary>Pods of so many whole GPUs each; other CPU requests make other classes.</summary>
    public static PodClass Class(ClusterWriter writer, int gpus, long cpuMilli = 2_750) => writer.Classes.Intern(BenchCluster.Spec(3) with
    {
        Containers =
        [
            new Container
            {
                Name = "main",
                Image = "registry.example/train:1",
                Requests = ResourceList.Of((ResourceNames.Cpu, cpuMilli), (ResourceNames.Memory, 7L << 30)),
            },
        ],
        Devices = new DeviceRequest { Count = gpus, Milli = Device.FullMilli },
    });

    public static GroupUnit Gang(PodClass podClass, string name, int pods) => new(
        new GangGroup { Name = name, MinPods = pods },
        [],
        [.. Enumerable.Range(0, pods).Select(i => new GangMember(new Pod { Name = $"{name}-{i}", Spec = podClass.Spec }, podClass))]);
}
