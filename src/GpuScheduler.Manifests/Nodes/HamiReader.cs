using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>
/// The devices of a node by what HAMi's device plugin registers there. All have their place, also those that nobody may use now: what pods hold is said by index.
/// HAMi's own scheduler calls a node away whose handshake is old, but only where the kubelet offers no device any more; so the latter alone counts.
/// </summary>
internal sealed class HamiReader(ConfigurationErrors errors, Notes notes, ShapeCatalog shapes)
{
    private const int FullCores = 100;

    public static bool Reads(NodeFacts facts) => facts.Annotations.ContainsKey(HamiKeys.Register);

    /// <param name="facts">The node.</param>
    /// <param name="listed">Its devices by our own annotation, which may tell their links; null: it has none.</param>
    public HamiDevices Read(NodeFacts facts, DeviceShape? listed)
    {
        DocumentNode place = facts.Place("annotations", HamiKeys.Register);
        if (HamiAnnotation.Read(facts.Annotations[HamiKeys.Register], place, errors) is not { } registered || !IsSound(registered, facts, place))
        {
            return HamiDevices.None;
        }

        // An older plugin tells no indices; then the order is all that there is.
        ImmutableArray<HamiDevice> devices = [.. registered.OrderBy(d => d.Index)];
        if (listed is not null && listed.Count != devices.Length)
        {
            errors.Add(facts.Place("annotations", ManifestKeys.Devices), $"node {facts.Name} lists {listed.Count} devices but HAMi registers {devices.Length}; correct or remove the list");
            listed = null;
        }

        RequireSameCount(facts, devices);
        ImmutableHashSet<string> cordoned = Cordoned(facts, devices);
        bool isAway = facts.Allocatable[DeviceRequestKeys.NvidiaGpu] == 0;
        if (isAway)
        {
            notes.Add($"nodes offer no {DeviceRequestKeys.NvidiaGpu} though HAMi registers devices, none of which is used", facts.Name);
        }

        ImmutableArray<Device> model =
        [
            .. devices.Select((d, i) => (listed?.Devices[i] ?? new Device(i, d.Model, d.MemoryMiB, d.NumaNode)) with
            {
                MemoryMiB = d.MemoryMiB,
                MaxSharers = d.Count,
                IsUsable = IsUsable(d, facts) && !cordoned.Contains(d.Uuid) && !isAway,
            }),
        ];
        return new HamiDevices(DeviceShape.Of(model, listed?.Links ?? LinksOf(devices)), [.. devices.Select(d => d.Uuid)]);
    }

    private bool IsSound(IReadOnlyList<HamiDevice> devices, NodeFacts facts, DocumentNode place)
    {
        int before = errors.Count;
        if (devices.Count > Device.MaxPerNode)
        {
            errors.Add(place, $"registers {devices.Count} devices, and a node has at most {Device.MaxPerNode}");
        }

        bool tellsIndices = devices.Any(d => d.Index > 0);
        Dictionary<string, int> byUuid = new(StringComparer.Ordinal);
        Dictionary<int, int> byIndex = [];
        for (int i = 0; i < devices.Count; i++)
        {
            if (!byUuid.TryAdd(devices[i].Uuid, i))
            {
                errors.Add(place, $"at [{i}].id: \"{devices[i].Uuid}\" is the UUID of device [{byUuid[devices[i].Uuid]}] too; restart the device plugin of node {facts.Name}, which writes it");
            }

            if (tellsIndices && !byIndex.TryAdd(devices[i].Index, i))
            {
                errors.Add(place, $"at [{i}].index: {devices[i].Index} is the index of device [{byIndex[devices[i].Index]}] too; restart the device plugin of node {facts.Name}, which writes it");
            }

            if (devices[i].CoresPercent is > 0 and < FullCores)
            {
                errors.Add(place, $"at [{i}].devcore: {devices[i].CoresPercent} percent of a device cannot be handed out; set HAMi's deviceCoreScaling to at least 1");
            }
        }

        return errors.Count == before;
    }

    private bool IsUsable(HamiDevice device, NodeFacts facts)
    {
        if (!device.IsHealthy)
        {
            notes.Add("nodes have devices that HAMi calls unhealthy, which are not used", facts.Name);
        }
        else if (!device.IsShared)
        {
            notes.Add($"nodes have devices that HAMi shares in mode {device.Mode}, which are not used", facts.Name);
        }

        return device is { IsHealthy: true, IsShared: true, Count: > 0 };
    }

    /// <summary>The capacity includes what is unhealthy, allocatable does not; 0 only says that the plugin is away. In mode mig counts are others.</summary>
    private void RequireSameCount(NodeFacts facts, ImmutableArray<HamiDevice> devices)
    {
        long capacity = Math.Max(facts.Capacity[DeviceRequestKeys.NvidiaGpu], facts.Allocatable[DeviceRequestKeys.NvidiaGpu]);
        long sharers = devices.Sum(d => (long)d.Count), healthy = devices.Where(d => d.IsHealthy).Sum(d => (long)d.Count);
        if (capacity > 0 && capacity != sharers && capacity != healthy && devices.All(d => d.IsShared))
        {
            errors.Add(facts.Place(DeviceRequestKeys.NvidiaGpu),
                $"node {facts.Name} offers {capacity} {DeviceRequestKeys.NvidiaGpu} but HAMi registers devices for {sharers} pods; restart its device plugin, which writes both");
        }
    }

    private ImmutableHashSet<string> Cordoned(NodeFacts facts, ImmutableArray<HamiDevice> devices)
    {
        string text = facts.Annotations.GetValueOrDefault(HamiKeys.Cordon, "");
        ImmutableHashSet<string> cordoned = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        foreach (string uuid in cordoned.Except(devices.Select(d => d.Uuid)).Order(StringComparer.Ordinal))
        {
            errors.Add(facts.Place("annotations", HamiKeys.Cordon),
                $"\"{uuid}\" is no device of node {facts.Name}{Suggestion.Ask(uuid, devices.Select(d => d.Uuid), $"; write UUIDs of {HamiKeys.Register} with commas between them")}");
        }

        if (!cordoned.IsEmpty)
        {
            notes.Add("nodes have devices that are cordoned, which are not used", facts.Name);
        }

        return cordoned;
    }

    /// <summary>Where a product is linked in one way only, its name and count tell how.</summary>
    private ImmutableArray<Link> LinksOf(ImmutableArray<HamiDevice> devices)
    {
        int count = devices.Length;
        return count > 0 && devices.All(d => d.Model == devices[0].Model) && shapes.LinkOf(devices[0].Model, count) is { } link
            ? [.. Enumerable.Range(0, count * count).Select(i => i / count == i % count ? default : link)]
            : [];
    }
}
