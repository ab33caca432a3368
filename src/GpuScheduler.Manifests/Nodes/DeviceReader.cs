using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>
/// Finds a node's devices: in our annotation, else in what HAMi registers, else in the extended resource of a vendor's device plugin and
/// the labels of its feature discovery; these tell links too where the product has them in one way only. Sources that contradict each other are errors.
/// </summary>
internal sealed class DeviceReader(ConfigurationErrors errors, Notes notes, ShapeCatalog shapes)
{
    /// <summary>Resources that count devices, the one first that is surely an accelerator: i915 is often the display of a server.</summary>
    private static readonly ImmutableArray<(string Resource, string ModelLabel)> Vendors =
    [
        (DeviceRequestKeys.NvidiaGpu, WellKnownLabels.GpuProduct),
        (DeviceRequestKeys.AmdGpu, ManifestKeys.AmdProduct),
        (DeviceRequestKeys.IntelXe, ManifestKeys.IntelProduct),
        (DeviceRequestKeys.IntelI915, ManifestKeys.IntelProduct),
    ];

    private readonly Dictionary<DeviceShape, DeviceShape> _shapes = [];
    private readonly HamiReader _hami = new(errors, notes, shapes);

    public NodeDevices Read(NodeFacts facts)
    {
        NodeDevices devices = Find(facts);
        AllocationRegime regime = ReadRegime(facts, devices.Regime);
        if (regime != AllocationRegime.Hami && !devices.Uuids.IsEmpty)
        {
            // Whoever else hands out devices there keeps to none of HAMi's limits.
            devices = devices with { Shape = DeviceShape.Of([.. devices.Shape.Devices.Select(d => d with { MaxSharers = 0 })], devices.Shape.Links), Uuids = [] };
        }

        DeviceShape shape = devices.Resource is { } resource ? devices.Shape.CountedBy(resource) : devices.Shape;
        return devices with { Shape = Shared(shape), Regime = regime };
    }

    private NodeDevices Find(NodeFacts facts)
    {
        if (facts.Annotations.ContainsKey(ManifestKeys.Devices))
        {
            DeviceShape? shape = DevicesAnnotation.Read(facts, shapes, errors);
            string? resource = Vendors.Select(v => v.Resource).FirstOrDefault(r => facts.Allocatable.TryGet(r, out _));
            if (HamiReader.Reads(facts))
            {
                return ReadHami(facts, shape);
            }

            if (shape is not null && resource is not null && Replicas(facts) == 1)
            {
                RequireSameCount(facts, resource, shape.Count);
            }

            return new NodeDevices(shape ?? DeviceShape.None, AllocationRegime.Annotation, resource);
        }

        if (HamiReader.Reads(facts))
        {
            return ReadHami(facts, null);
        }

        foreach ((string resource, string modelLabel) in Vendors)
        {
            if (facts.Allocatable[resource] > 0)
            {
                return resource == DeviceRequestKeys.NvidiaGpu ? ReadNvidia(facts) : ReadOther(facts, resource, modelLabel);
            }
        }

        return new NodeDevices(DeviceShape.None, AllocationRegime.Annotation, null);
    }

    private NodeDevices ReadHami(NodeFacts facts, DeviceShape? listed)
    {
        HamiDevices devices = _hami.Read(facts, listed);
        return new NodeDevices(devices.Shape, AllocationRegime.Hami, DeviceRequestKeys.NvidiaGpu) { Uuids = devices.Uuids };
    }

    private NodeDevices ReadOther(NodeFacts facts, string resource, string modelLabel)
    {
        string model = facts.Label(modelLabel) is { Length: > 0 } product ? product : resource;
        return new NodeDevices(Uniform(facts, resource, model, facts.Allocatable[resource], 0), AllocationRegime.DevicePlugin, resource);
    }

    private NodeDevices ReadNvidia(NodeFacts facts)
    {
        const string Resource = DeviceRequestKeys.NvidiaGpu;
        string product = facts.Label(WellKnownLabels.GpuProduct);
        if (product.Contains("-MIG-", StringComparison.Ordinal))
        {
            // Strategy "single": the resource counts partitions, so no device is whole.
            notes.Add($"nodes offer MIG partitions as {Resource} and have no whole devices", facts.Name);
            return new NodeDevices(DeviceShape.None, AllocationRegime.DevicePlugin, null);
        }

        int replicas = Replicas(facts);
        long count = facts.Allocatable[Resource];
        if (replicas > 1)
        {
            if (count % replicas != 0)
            {
                errors.Add(facts.Place(Resource), $"{count} is no multiple of the {replicas} replicas in label {ManifestKeys.GpuReplicas}; correct one of them");
                return new NodeDevices(DeviceShape.None, AllocationRegime.DevicePlugin, Resource);
            }

            count /= replicas;
            notes.Add("nodes share each GPU by time-slicing or MPS, and a pod's nvidia.com/gpu counts as a whole GPU here", facts.Name);
        }

        RequireLabelledCount(facts, replicas);
        const string Shared = "-SHARED";
        bool isShared = product.EndsWith(Shared, StringComparison.Ordinal);
        if (isShared && replicas == 1)
        {
            errors.Add(facts.Place("labels", WellKnownLabels.GpuProduct),
                $"\"{product}\" says that GPUs are shared but label {ManifestKeys.GpuReplicas} does not say by how many; correct one of them");
        }

        string model = isShared ? product[..^Shared.Length] : product;
        int memory = (int)(LabelNumber(facts, WellKnownLabels.GpuMemory) ?? 0);
        DeviceShape shape = Uniform(facts, Resource, model.Length == 0 ? Resource : model, count, memory);

        // The label counts broken devices too, so it says what machine it is.
        if (shapes.LinkOf(model, (int)(LabelNumber(facts, WellKnownLabels.GpuCount) ?? count)) is { } link)
        {
            shape = DeviceShape.AllToAll(model, shape.Count, memory, link);
        }

        return new NodeDevices(shape, AllocationRegime.DevicePlugin, Resource);
    }

    /// <summary>
    /// The label counts physical GPUs, the capacity includes those that are unhealthy. A capacity of 0 only says that the device plugin is
    /// away, and under MIG the two count different things.
    /// </summary>
    private void RequireLabelledCount(NodeFacts facts, int replicas)
    {
        long capacity = Math.Max(facts.Capacity[DeviceRequestKeys.NvidiaGpu], facts.Allocatable[DeviceRequestKeys.NvidiaGpu]);
        if (!facts.Labels.ContainsKey(ManifestKeys.MigStrategy)
            && LabelNumber(facts, WellKnownLabels.GpuCount) is { } labelled && labelled * replicas != capacity)
        {
            string times = replicas > 1 ? $" with {replicas} replicas each" : "";
            errors.Add(facts.Place("labels", WellKnownLabels.GpuCount),
                $"node {facts.Name} is labelled with {labelled} GPUs{times} but its status offers {capacity} {DeviceRequestKeys.NvidiaGpu}; correct one of them");
        }
    }

    private void RequireSameCount(NodeFacts facts, string resource, int count)
    {
        long capacity = Math.Max(facts.Capacity[resource], facts.Allocatable[resource]);
        if (capacity > 0 && capacity != count)
        {
            errors.Add(facts.Place("annotations", ManifestKeys.Devices),
                $"node {facts.Name} lists {count} devices but its status offers {capacity} {resource}; correct one of them");
        }
    }

    private DeviceShape Uniform(NodeFacts facts, string resource, string model, long count, int memoryMiB)
    {
        if (count <= Device.MaxPerNode)
        {
            return DeviceShape.Uniform(model, (int)count, memoryMiB);
        }

        errors.Add(facts.Place(resource), $"node {facts.Name} offers {count} devices, and a node has at most {Device.MaxPerNode}; correct the number"
            + (resource == DeviceRequestKeys.NvidiaGpu ? $", or say in label {ManifestKeys.GpuReplicas} how many share a device" : ""));
        return DeviceShape.None;
    }

    private int Replicas(NodeFacts facts) => (int)Math.Max(1, LabelNumber(facts, ManifestKeys.GpuReplicas) ?? 1);

    private long? LabelNumber(NodeFacts facts, string label)
    {
        if (!facts.Labels.TryGetValue(label, out string? text))
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return number;
        }

        errors.Add(facts.Place("labels", label), $"\"{text}\" is not a whole number; correct the label");
        return null;
    }

    private AllocationRegime ReadRegime(NodeFacts facts, AllocationRegime found)
    {
        if (!facts.Annotations.TryGetValue(ManifestKeys.AllocationRegime, out string? text))
        {
            return found;
        }

        switch (text)
        {
            case "annotation":
                return AllocationRegime.Annotation;
            case "device-plugin":
                return AllocationRegime.DevicePlugin;
            case "hami" when HamiReader.Reads(facts):
                return AllocationRegime.Hami;
            case "hami":
                errors.Add(facts.Place("annotations", ManifestKeys.AllocationRegime),
                    $"says hami but no HAMi device plugin registers devices on node {facts.Name} ({HamiKeys.Register}); install it there, or write another regime");
                return found;
            case "dra":
                return AllocationRegime.Dra;
        }

        string mend = Suggestion.Ask(text, ["annotation", "device-plugin", "hami", "dra"], "; write annotation, device-plugin, hami or dra");
        errors.Add(facts.Place("annotations", ManifestKeys.AllocationRegime), $"\"{text}\" is no allocation regime{mend}");
        return found;
    }

    private DeviceShape Shared(DeviceShape shape)
    {
        if (!_shapes.TryGetValue(shape, out DeviceShape? known))
        {
            _shapes[shape] = known = shape;
        }

        return known;
    }
}
