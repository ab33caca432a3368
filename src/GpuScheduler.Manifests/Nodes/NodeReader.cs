using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Reads nodes.</summary>
internal sealed class NodeReader(ConfigurationErrors errors, Notes notes, ShapeCatalog shapes)
{
    private readonly Dictionary<string, (Node Node, ManifestObject Object)> _byName = new(StringComparer.Ordinal);
    private readonly List<Node> _nodes = [];
    private readonly DeviceReader _devices = new(errors, notes, shapes);

    public IReadOnlyList<Node> Nodes => _nodes;

    public IReadOnlyDictionary<string, (Node Node, ManifestObject Object)> ByName => _byName;

    public void Read(ManifestObject item)
    {
        string name = item.Name();
        MapReader? spec = item.Reader.Map("spec");
        NodeStatus? status = ReadStatus(item);
        ImmutableArray<Taint> taints = spec is null ? [] : [.. spec.Maps("taints").Select(ReadTaint)];
        ImmutableSortedDictionary<string, string> labels = item.Metadata?.StringMap("labels") ?? LabelSet.Empty;
        ImmutableSortedDictionary<string, string> annotations = item.Metadata?.StringMap("annotations") ?? LabelSet.Empty;
        if (name.Length == 0 || status is null)
        {
            return;
        }

        NodeDevices devices = _devices.Read(new NodeFacts(name, item, labels, annotations, status.Allocatable, status.Capacity));
        Node node = new()
        {
            Name = name,
            Uid = item.Metadata!.String("uid"),
            Labels = labels,
            Taints = taints,
            Unschedulable = spec?.Bool("unschedulable", false) ?? false,
            Allocatable = ResourceList.Of(status.Allocatable.Where(r => r.Key != devices.Resource)),
            Images = status.Images,
            Shape = devices.Shape,
            Regime = devices.Regime,
            DeviceUuids = devices.Uuids,
        };
        if (_byName.TryAdd(name, (node, item)))
        {
            _nodes.Add(node);
        }
        else
        {
            ManifestObject.AddDuplicate($"node {name}", _byName[name].Object, item);
        }
    }

    private static NodeStatus? ReadStatus(ManifestObject item)
    {
        MapReader? status = item.Reader.Map("status");
        ResourceList? capacity = status is null ? null : Quantities.Read(status, "capacity");
        ResourceList? allocatable = status is null ? null : Quantities.Read(status, "allocatable");
        if (status is null || (capacity ?? allocatable) is null)
        {
            if (status is null || !(status.Has("allocatable") || status.Has("capacity")))
            {
                (status ?? item.Reader).Error(status is null ? "status" : "allocatable", "is required; add status.allocatable with cpu, memory and pods");
            }

            return null;
        }

        return new NodeStatus(allocatable ?? capacity!, capacity ?? allocatable!, [.. status.Maps("images").Select(ReadImage)]);
    }

    private static Taint ReadTaint(MapReader reader)
    {
        bool hasEffect = reader.RequiredString("effect").Length > 0;
        return new Taint(reader.RequiredString("key"), reader.String("value"), hasEffect ? reader.Enum("effect", TaintEffect.NoSchedule) : TaintEffect.NoSchedule);
    }

    private static ContainerImage ReadImage(MapReader reader) =>
        new(reader.Strings("names"), reader.Long("sizeBytes", 0, long.MaxValue, 0));

    private sealed record NodeStatus(ResourceList Allocatable, ResourceList Capacity, ImmutableArray<ContainerImage> Images);
}
