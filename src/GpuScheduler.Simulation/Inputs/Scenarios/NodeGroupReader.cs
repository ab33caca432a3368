using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>Reads the <c>nodes</c> of a scenario.</summary>
internal static class NodeGroupReader
{
    private static readonly string[] FieldsOfGpus = ["model", "gpuMemory", "links"];
    private static readonly string[] FieldsWithoutShape = ["gpus", "links", "nvlinkGigabytesPerSecond"];

    public static NodeGroup Read(MapReader reader, ShapeCatalog shapes)
    {
        DeviceShape shape = reader.Has("shape") ? ReadNamed(reader, shapes) : ReadGpus(reader);
        ImmutableSortedDictionary<string, string> labels = reader.StringMap("labels");
        if (shape.Count > 0)
        {
            labels = WithDefault(labels, WellKnownLabels.GpuProduct, shape.Model);
        }

        return new NodeGroup
        {
            Count = reader.Int("count", 1, Scenario.MaxNodes, 1),
            NamePrefix = reader.RequiredString("namePrefix"),
            Allocatable = ResourceList.Of(
                (ResourceNames.Cpu, ScenarioFields.Cpu(reader)),
                (ResourceNames.Memory, ScenarioFields.Memory(reader)),
                (ResourceNames.Pods, reader.Int("maxPods", 1, 100_000, 110))),
            Shape = shape,
            Labels = labels,
            Taints = [.. reader.Maps("taints").Select(ReadTaint)],
            Domains = [.. reader.Maps("domains").Select(ReadDomains)],
        };
    }

    private static DeviceShape ReadNamed(MapReader reader, ShapeCatalog shapes)
    {
        foreach (string key in FieldsWithoutShape.Where(reader.Has))
        {
            reader.Error(key, "and shape both say what GPUs there are; remove one");
        }

        string model = reader.String("model");
        int memory = ScenarioFields.GpuMemory(reader);
        return DeviceShapeReader.Find(reader, "shape", shapes)?.Shape is not { } shape ? DeviceShape.None
            : model.Length == 0 && memory == 0 ? shape
            : shape.Relabel(model.Length > 0 ? model : shape.Model, memory > 0 ? memory : shape.Devices[0].MemoryMiB);
    }

    private static DeviceShape ReadGpus(MapReader reader)
    {
        int before = reader.Errors.Count;
        int gpus = reader.Int("gpus", 0, Device.MaxPerNode, 0);
        bool hasNoGpus = gpus == 0 && reader.Errors.Count == before;
        string model = reader.String("model");
        int memory = ScenarioFields.GpuMemory(reader);
        LinkLayout links = (LinkLayout)ScenarioFields.Word(reader, "links", "none", "pcie", "nvlink-pairs", "nvswitch");
        int bandwidth = reader.Int("nvlinkGigabytesPerSecond", 1, Link.MaxGigabytesPerSecond, links == LinkLayout.NvlinkPairs ? 600 : 900);
        if (gpus > 0 && model.Length == 0)
        {
            reader.Error("model", "is required where there are gpus; add the GPUs' model");
        }

        foreach (string key in FieldsOfGpus.Where(key => hasNoGpus && reader.Has(key)))
        {
            reader.Error(key, "says something of GPUs, and gpus is 0; add gpus or remove it");
        }

        return ShapeOf(model, gpus, memory, links, bandwidth);
    }

    private static ImmutableSortedDictionary<string, string> WithDefault(ImmutableSortedDictionary<string, string> labels, string key, string value) =>
        labels.ContainsKey(key) ? labels : labels.Add(key, value);

    private static Taint ReadTaint(MapReader reader) =>
        new(reader.RequiredString("key"), reader.String("value"), reader.Enum("effect", TaintEffect.NoSchedule));

    private static NodeDomains ReadDomains(MapReader reader)
    {
        NodeDomains domains = new(
            reader.RequiredString("label"), reader.String("prefix"),
            reader.Int("size", 1, Scenario.MaxNodes, 0), reader.Int("count", 1, Scenario.MaxNodes, 0),
            reader.Int("gigabytesPerSecond", 1, Link.MaxGigabytesPerSecond, 0));
        if (reader.Has("size") == reader.Has("count"))
        {
            reader.Error(reader.Has("size") ? "count" : "size", reader.Has("size")
                ? "size and count both say how nodes are divided; remove one"
                : "is required; write how many nodes in a row share a value, or instead count, over how many values the nodes take turns");
        }

        return domains;
    }

    private static DeviceShape ShapeOf(string model, int count, int memoryMiB, LinkLayout layout, int bandwidth)
    {
        if (layout == LinkLayout.None)
        {
            return DeviceShape.Uniform(model, count, memoryMiB);
        }

        int half = (count + 1) / 2;
        Link[] links = new Link[count * count];
        for (int a = 0; a < count; a++)
        {
            for (int b = 0; b < count; b++)
            {
                LinkKind kind = layout == LinkLayout.Nvswitch ? LinkKind.NvSwitch
                    : layout == LinkLayout.NvlinkPairs && a / 2 == b / 2 ? LinkKind.NvLink
                    : a / half == b / half ? LinkKind.HostBridge
                    : LinkKind.CrossSocket;
                links[(a * count) + b] = a == b ? default : new Link(kind, kind >= LinkKind.NvLink ? bandwidth : LinkSpeeds.Pcie(model, kind));
            }
        }

        return DeviceShape.Of([.. Enumerable.Range(0, count).Select(i => new Device(i, model, memoryMiB, NumaNode: i / half))], [.. links]);
    }
}
