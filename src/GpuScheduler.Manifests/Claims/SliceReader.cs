using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Reads ResourceSlices and DeviceClasses (<c>resource.k8s.io/v1</c>, and <c>v1beta2</c>, which is written alike).</summary>
internal static class SliceReader
{
    public static bool Reads(ManifestObject item) => item is { Kind: "ResourceSlice" or "DeviceClass" } && ClaimApi.IsReadVersion(item.ApiVersion);

    /// <summary>A slice; null where it has no name.</summary>
    public static ResourceSlice? Read(MapReader reader)
    {
        MapReader? metadata = reader.Map("metadata"), spec = reader.Map("spec"), pool = spec?.Map("pool");
        string name = metadata?.String("name") ?? "", driver = spec?.String("driver") ?? "";
        return name.Length == 0 ? null : new ResourceSlice
        {
            Name = name,
            Uid = metadata!.String("uid"),
            ResourceVersion = metadata.String("resourceVersion"),
            Driver = driver,
            Pool = pool?.String("name") ?? "",
            Generation = pool?.Long("generation", 0, long.MaxValue, 0) ?? 0,
            SliceCount = pool?.Long("resourceSliceCount", 0, long.MaxValue, 1) ?? 1,
            Node = spec?.String("nodeName") ?? "",
            Devices = spec is null ? [] : [.. spec.Maps("devices").Select(d => ReadDevice(d, driver, pool?.String("name") ?? ""))],
        };
    }

    /// <summary>A class; null where it has no name.</summary>
    public static DeviceClass? ReadClass(MapReader reader)
    {
        MapReader? metadata = reader.Map("metadata");
        ImmutableArray<string> selectors = reader.Map("spec") is { } spec ? [.. spec.Maps("selectors").Select(ClaimReader.ReadSelector)] : [];
        return metadata?.String("name") is not { Length: > 0 } name ? null : new DeviceClass
        {
            Name = name,
            Uid = metadata.String("uid"),
            ResourceVersion = metadata.String("resourceVersion"),
            Selectors = selectors,
            Problems = ObjectProblems.Sentences(reader.Errors),
        };
    }

    private static SliceDevice ReadDevice(MapReader reader, string driver, string pool)
    {
        SliceDevice device = new()
        {
            Id = new DeviceId(driver, pool, reader.RequiredString("name")),
            Attributes = Values(reader.Map("attributes"), driver, ReadAttribute),
            Capacity = Values(reader.Map("capacity"), driver, ReadCapacity).ToImmutableSortedDictionary(c => c.Key, c => (long)c.Value, StringComparer.Ordinal),
            IsTainted = reader.Maps("taints").Any(t => t.String("effect") is "NoSchedule" or "NoExecute"),
        };
        return (device with { Oddity = OddityOf(reader, device) }).WithKind();
    }

    private static string OddityOf(MapReader reader, SliceDevice device)
    {
        string type = device.Attributes.GetValueOrDefault($"{device.Id.Driver}/type") as string ?? "";
        return type is not ("" or "gpu") ? $"is no whole GPU (its type is {type})"
            : type.Length == 0 && device.MemoryMiB == 0 ? "is no GPU (it has neither type gpu nor memory)"
            : !reader.Items("consumesCounters").IsEmpty ? "can be divided (it consumes counters)"
            : reader.Bool("allowMultipleAllocations", false) ? "can be shared by claims (allowMultipleAllocations)"
            : !reader.Items("bindingConditions").IsEmpty ? "has to be made ready before pods are bound (bindingConditions)"
            : "";
    }

    private static ImmutableSortedDictionary<string, object> Values(MapReader? map, string driver, Func<MapReader, object?> read)
    {
        var values = ImmutableSortedDictionary.CreateBuilder<string, object>(StringComparer.Ordinal);
        foreach (MapEntry entry in map?.Node.Entries ?? [])
        {
            if (map!.Map(entry.Key) is { } reader && read(reader) is { } value)
            {
                values[entry.Key.Contains('/', StringComparison.Ordinal) ? entry.Key : $"{driver}/{entry.Key}"] = value;
            }
        }

        return values.ToImmutable();
    }

    private static object? ReadAttribute(MapReader reader) =>
        reader.Has("int") ? reader.Long("int", long.MinValue, long.MaxValue, 0)
        : reader.Has("bool") ? reader.Bool("bool", false)
        : reader.Has("string") ? reader.String("string")
        : reader.Has("version") && DeviceVersion.TryParse(reader.String("version"), out DeviceVersion version) ? version
        : null;

    private static object? ReadCapacity(MapReader reader) =>
        reader.QuantityText("value") is { } text && Quantity.TryParseUnits(text, out long units, out _) ? units : null;
}
