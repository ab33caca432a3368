using System.Globalization;
using GpuScheduler.Cluster;

namespace GpuScheduler.Benchmarks;

/// <summary>How much memory a cluster of 100,000 nodes with 1,000,000 pods takes, published once.</summary>
internal static class MemoryReport
{
    public static int Run(TextWriter output)
    {
        const int Nodes = 100_000, PodsPerNode = 10;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        ClusterWriter writer = BenchCluster.Make(Nodes);
        PodClass[] classes =
        [
            .. Enumerable.Range(0, 30).Select(i => writer.Classes.Intern(BenchCluster.Spec(i) with { Devices = new DeviceRequest { Count = 1, Milli = 300 + i } })),
        ];
        int pods = 0;
        for (int node = 0; node < Nodes; node++)
        {
            for (int i = 0; i < PodsPerNode; i++)
            {
                PodClass podClass = classes[pods % classes.Length];
                Pod pod = new() { Namespace = "team", Name = $"workload-{pods:D7}", Uid = $"00000000-0000-0000-0000-{pods:D12}", Spec = podClass.Spec };
                writer.Working.Place(node, pod, podClass, DeviceSet.Only(i % 8));
                pods++;
            }

            writer.Working.Settle();
        }

        writer.Publish();
        long after = GC.GetTotalMemory(forceFullCollection: true);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Nodes} nodes, {pods} pods: {(after - before) / 1048576.0:F0} MiB live, {Environment.WorkingSet / 1048576.0:F0} MiB resident"));
        GC.KeepAlive(writer);
        return 0;
    }
}
