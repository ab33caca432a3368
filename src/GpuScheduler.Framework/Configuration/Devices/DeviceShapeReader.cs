using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>
/// Reads device shapes: a list of <c>devices</c>, possibly with a matrix of <c>links</c>; or a matrix alone, for devices of one <c>model</c>; or the name of a <c>shape</c>,
/// possibly with another <c>model</c> and <c>memoryMiB</c>.
/// </summary>
public static class DeviceShapeReader
{
    private static readonly string[] FieldsOfModel = ["model", "memoryMiB"];

    /// <summary>Reads a shape, or a bare list of devices, to its last field; null where <paramref name="errors"/> got any.</summary>
    public static DeviceShape? Read(DocumentNode document, ShapeCatalog shapes, ConfigurationErrors errors)
    {
        int before = errors.Count;
        DeviceShape? shape;
        if (document is ListNode list)
        {
            ImmutableArray<MapReader> items = [.. list.Items.Select(i => MapReader.Of(i, errors)).OfType<MapReader>()];
            shape = ReadDevices(document, items, null, errors);
            foreach (MapReader item in items)
            {
                item.RejectUnknownFields();
            }
        }
        else if (MapReader.Of(document, errors) is { } root)
        {
            shape = Read(root, shapes);
            root.RejectUnknownFields();
        }
        else
        {
            return null;
        }

        return errors.Count == before ? shape : null;
    }

    /// <summary>Reads the shapes of a list, each with a <c>name</c> and possibly a <c>description</c>.</summary>
    public static ImmutableArray<NamedShape> ReadNamed(MapReader root, string key)
    {
        ImmutableArray<NamedShape>.Builder named = ImmutableArray.CreateBuilder<NamedShape>();
        foreach (MapReader reader in root.Maps(key))
        {
            string name = reader.RequiredString("name"), description = reader.String("description");
            if (name.Length > 0 && named.Any(s => s.Name == name))
            {
                reader.Error("name", $"\"{name}\" is the name of another shape; give each its own");
            }

            if (Read(reader, ShapeCatalog.BuiltIn.With(named.ToImmutable())) is { } shape && name.Length > 0)
            {
                named.Add(new NamedShape(name, description, shape));
            }
        }

        return named.ToImmutable();
    }

    /// <summary>Finds a shape by the name in a field; null, and an error, where there is none.</summary>
    public static NamedShape? Find(MapReader reader, string key, ShapeCatalog shapes)
    {
        string name = reader.RequiredString(key);
        NamedShape? shape = shapes.Find(name);
        if (shape is null && name.Length > 0)
        {
            reader.Error(key, $"\"{name}\" is no shape{Suggestion.Ask(name, shapes.Names, $"; write one of {string.Join(", ", shapes.Names)}")}");
        }

        return shape;
    }

    private static DeviceShape? Read(MapReader root, ShapeCatalog shapes)
    {
        if (root.Has("shape"))
        {
            return ReadNamedShape(root, shapes);
        }

        if (!root.Has("devices") && root.Has("links"))
        {
            return ReadAlike(root);
        }

        foreach (string key in FieldsOfModel.Where(root.Has))
        {
            root.Error(key, "is said of each of the devices; remove it here");
        }

        ImmutableArray<MapReader> items = root.Maps("devices");
        root.Items("links");
        return ReadDevices(root.Node, items, root.Find("links") as ListNode, root.Errors);
    }

    private static DeviceShape? ReadNamedShape(MapReader root, ShapeCatalog shapes)
    {
        foreach (string key in (string[])["devices", "links"])
        {
            if (root.Has(key))
            {
                root.Error(key, "and shape both say how the devices are linked; remove one");
            }
        }

        DeviceShape? shape = Find(root, "shape", shapes)?.Shape;
        string model = root.String("model");
        int memory = root.Int("memoryMiB", 0, int.MaxValue, shape is { Count: > 0 } ? shape.Devices[0].MemoryMiB : 0);
        return shape?.Relabel(model.Length > 0 ? model : shape.Model, memory);
    }

    private static DeviceShape? ReadAlike(MapReader root)
    {
        int before = root.Errors.Count;
        string model = root.RequiredString("model");
        int memory = root.Int("memoryMiB", 0, int.MaxValue, 0);
        root.Items("links");
        if (root.Find("links") is not ListNode rows || HasTooMany(rows, rows.Items.Length, root.Errors) || root.Errors.Count > before)
        {
            return null;
        }

        ImmutableArray<Link> links = LinkMatrixReader.Read(rows, [.. Enumerable.Repeat(model, rows.Items.Length)], root.Errors);
        return root.Errors.Count > before ? null : DeviceShape.Of([.. rows.Items.Select((_, i) => new Device(i, model, memory))], links);
    }

    private static DeviceShape? ReadDevices(DocumentNode place, ImmutableArray<MapReader> items, ListNode? links, ConfigurationErrors errors)
    {
        int before = errors.Count;
        Device[] devices = [.. items.Select(Read)];
        HasTooMany(place, devices.Length, errors);
        RequireDistinct(items, devices);
        if (errors.Count > before)
        {
            return null;
        }

        ImmutableArray<Device> ordered = [.. devices.OrderBy(d => d.Index)];
        ImmutableArray<Link> matrix = links is null ? [] : LinkMatrixReader.Read(links, [.. ordered.Select(d => d.Model)], errors);
        return errors.Count > before ? null : DeviceShape.Of(ordered, matrix);
    }

    private static bool HasTooMany(DocumentNode place, int count, ConfigurationErrors errors)
    {
        if (count > Device.MaxPerNode)
        {
            errors.Add(place, $"lists {count} devices, and a node has at most {Device.MaxPerNode}; remove some");
        }

        return count > Device.MaxPerNode;
    }

    private static Device Read(MapReader reader, int position)
    {
        reader.String("uuid");
        return new Device(
            reader.Int("index", 0, Device.MaxPerNode - 1, position),
            reader.RequiredString("model"),
            reader.Int("memoryMiB", 0, int.MaxValue, 0),
            reader.Int("numa", -1, short.MaxValue, -1),
            reader.String("pcieRoot"),
            reader.String("nic"));
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
