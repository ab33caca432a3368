using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>Reads a trace's node list.</summary>
internal static class TraceNodes
{
    /// <summary>10,000 cores.</summary>
    public const long MaxCpuMilli = 10_000_000;

    /// <summary>1 PiB.</summary>
    public const long MaxMemoryMiB = 1 << 30;

    /// <summary>Traces know no limit of pods on a node; this one binds nobody.</summary>
    private const long Pods = 1_000_000;

    public static ImmutableArray<Node> Read(InputFile file, ConfigurationErrors errors)
    {
        if (CsvTable.Open(file, TraceColumns.Nodes, [], new(TraceColumns.Pods, $"is a pod list; give it with {WorkloadSource.PodsOption}"), errors) is not { } table)
        {
            return [];
        }

        ImmutableArray<Node>.Builder nodes = ImmutableArray.CreateBuilder<Node>();
        Dictionary<string, int> lines = new(StringComparer.Ordinal);
        Dictionary<(string Model, int Count), DeviceShape> shapes = [];
        while (table.Next())
        {
            bool isRead = table.TryText("sn", out string name)
                & table.TryNumber("cpu_milli", 1, MaxCpuMilli, out long cpuMilli)
                & table.TryNumber("memory_mib", 1, MaxMemoryMiB, out long memoryMiB)
                & table.TryNumber("gpu", 0, int.MaxValue, out long gpus);
            if (gpus > Device.MaxPerNode)
            {
                table.Error("gpu", $"{gpus} GPUs are more than a node can have; write 0 to {Device.MaxPerNode}");
                isRead = false;
            }

            string model = table.Text("model");
            if (gpus > 0 && model.Length == 0)
            {
                table.Error("model", "is empty, and the node has GPUs; write their model");
            }

            if (name.Length > 0 && !lines.TryAdd(name, table.Line))
            {
                table.Error("sn", $"node {name} is on line {lines[name]} already; remove or rename one");
            }

            if (!isRead)
            {
                continue;
            }

            if (!shapes.TryGetValue((model, (int)gpus), out DeviceShape? shape))
            {
                shapes[(model, (int)gpus)] = shape = DeviceShape.Uniform(model, (int)gpus);
            }

            nodes.Add(new Node
            {
                Name = name,
                Allocatable = ResourceList.Of((ResourceNames.Cpu, cpuMilli), (ResourceNames.Memory, memoryMiB << 20), (ResourceNames.Pods, Pods)),
                Shape = shape,
                Regime = AllocationRegime.Annotation,
            });
        }

        if (table.Rows == 0)
        {
            errors.Add(new(file.Name, table.Line, 1, "", "the list has a header and no node; add a node a line"));
        }

        return nodes.ToImmutable();
    }
}
