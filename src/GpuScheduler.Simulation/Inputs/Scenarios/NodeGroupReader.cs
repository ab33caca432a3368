using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>Reads the <c>nodes</c> of a scenario.</summary>
internal static class NodeGroupReader
{
    private const int PcieGigabytes = 64;

    private static readonly string[] FieldsOfGpus = ["model", "gpuMemory", "links"];

    public static NodeGroup Read(MapReader reader)
    {
        int gpus = reader.Int("gpus", 0, Device.MaxPerNode, 0);
        string model = reader.String("model");
        int memory = ScenarioFields.GpuMemory(reader);
        LinkLayout links = (LinkLayout)ScenarioFields.Word(reader, "links", "none", "pcie", "nvlink-pairs", "nvswitch");
        int bandwidth = reader.Int("nvlinkGigabytesPerSecond", 1, 10_000, links == LinkLayout.NvlinkPairs ? 600 : 900);
        if (gpus > 0 && model.Length == 0)
        {
            reader.Error("model", "is required where there are gpus; add the GPUs' model");
        }

        foreach (string key in FieldsOfGpus.Where(key => gpus == 0 && reader.Has(key)))
        {
            reader.Error(key, "says something of GPUs, and gpus is 0; add gpus or remove it");
        }

        ImmutableSortedDictionary<string, string> labels = reader.StringMap("labels");
        if (gpus > 0)
        {
            labels = WithDefault(labels, WellKnownLabels.GpuProduct, model);
        }

        return new NodeGroup
        {
            Count = reader.Int("count", 1, Scenario.MaxNodes, 1),
            NamePrefix = reader.RequiredString("namePrefix"),
            Allocatable = ResourceList.Of(
                (ResourceNames.Cpu, ScenarioFields.Cpu(reader)),
                (ResourceNames.Memory, ScenarioFields.Memory(reader)),
                (ResourceNames.Pods, reader.Int("maxPods", 1, 100_000, 110))),
            Shape = ShapeOf(model, gpus, memory, links, bandwidth),
            Labels = labels,
            Taints = [.. reader.Maps("taints").Select(ReadTaint)],
            Domains = [.. reader.Maps("domains").Select(ReadDomains)],
        };
    }

    private static ImmutableSortedDictionary<string, string> WithDefault(ImmutableSortedDictionary<string, string> labels, string key, string value) =>
        labels.ContainsKey(key) ? labels : labels.Add(key, value);

    private static Taint ReadTaint(MapReader reader) =>
        new(reader.RequiredString("key"), reader.String("value"), reader.Enum("effect", TaintEffect.NoSchedule));

    private static NodeDomains ReadDomains(MapReader reader)
    {
        NodeDomains domains = new(
            reader.RequiredString("label"), reader.String("prefix"),
            reader.Int("size", 1, Scenario.MaxNodes, 0), reader.Int("count", 1, Scenario.MaxNodes, 0));
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
                bool isNvlink = layout == LinkLayout.Nvswitch || (layout == LinkLayout.NvlinkPairs && a / 2 == b / 2);
                links[(a * count) + b] = a == b ? default
                    : isNvlink ? new Link(LinkKind.NvLink, bandwidth)
                    : new Link(a / half == b / half ? LinkKind.HostBridge : LinkKind.CrossSocket, PcieGigabytes);
            }
        }

        return DeviceShape.Of([.. Enumerable.Range(0, count).Select(i => new Device(i, model, memoryMiB, NumaNode: i / half))], [.. links]);
    }
}
