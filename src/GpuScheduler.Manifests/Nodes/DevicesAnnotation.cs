using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Our own list of a node's devices (<see cref="ManifestKeys.Devices"/>), read strictly.</summary>
internal static class DevicesAnnotation
{
    /// <summary>The shape, or null and errors.</summary>
    public static DeviceShape? Read(NodeFacts facts, ConfigurationErrors errors) => AnnotationDocument.Read(
        facts.Annotations[ManifestKeys.Devices], facts.Place("annotations", ManifestKeys.Devices), errors, ReadShape);

    private static DeviceShape? ReadShape(DocumentNode document, ConfigurationErrors errors)
    {
        // A bare list is a map with nothing but devices.
        MapReader? root = document is ListNode ? new(new MapNode(document.File, document.Line, document.Column, []), errors) : MapReader.Of(document, errors);
        ImmutableArray<MapReader> items = document is ListNode list
            ? [.. list.Items.Select(i => MapReader.Of(i, errors)).OfType<MapReader>()]
            : root?.Maps("devices") ?? [];
        if (root is null)
        {
            return null;
        }

        Device[] devices = [.. items.Select(Read)];
        ListNode? links = document is ListNode ? null : root.Find("links") as ListNode;
        if (links is null && document is MapNode)
        {
            root.Items("links");
        }

        root.RejectUnknownFields();
        if (document is ListNode)
        {
            foreach (MapReader item in items)
            {
                item.RejectUnknownFields();
            }
        }

        if (devices.Length > Device.MaxPerNode)
        {
            errors.Add(document, $"lists {devices.Length} devices, and a node has at most {Device.MaxPerNode}; remove some");
        }

        RequireDistinct(items, devices);
        ImmutableArray<Link> matrix = links is null || errors.Count > 0 ? [] : LinkMatrix.Read(links, devices.OrderBy(d => d.Index).Select(d => d.Model).ToArray(), errors);
        return errors.Count > 0 ? null : DeviceShape.Of([.. devices.OrderBy(d => d.Index)], matrix);
    }

    private static Device Read(MapReader reader, int position)
    {
        reader.String("uuid");
        return new Device(
            reader.Int("index", 0, Device.MaxPerNode - 1, position),
            reader.RequiredString("model"),
            reader.Int("memoryMiB", 0, int.MaxValue, 0),
            reader.Int("numa", -1, short.MaxValue, -1),
            reader.String("pcieRoot"));
    }

    private static void RequireDistinct(ImmutableArray<MapReader> items, Device[] devices)
    {
        Dictionary<int, int> byIndex = [];
        Dictionary<string, int> byUuid = new(StringComparer.Ordinal);
        for (int i = 0; i < devices.Length; i++)
        {
            if (!byIndex.TryAdd(devices[i].Index, i))
            {
                items[i].Error("index", $"{devices[i].Index} is the index of device [{byIndex[devices[i].Index]}] too; give each its own");
            }
            else if (devices[i].Index >= devices.Length)
            {
                items[i].Error("index", $"{devices[i].Index} leaves a gap: {devices.Length} devices are numbered 0 to {devices.Length - 1}");
            }

            string uuid = items[i].String("uuid");
            if (uuid.Length > 0 && !byUuid.TryAdd(uuid, i))
            {
                items[i].Error("uuid", $"\"{uuid}\" is the UUID of device [{byUuid[uuid]}] too; correct one");
            }
        }
    }
}
