using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>
/// The devices that can be claimed, by node, from all ResourceSlices. Of a pool only the slices of its highest generation count, and only while all of them are there
/// (<c>resource.k8s.io/v1</c>, ResourcePool). One thread.
/// </summary>
public sealed class DeviceInventory
{
    private readonly Dictionary<string, ResourceSlice> _slices = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Driver, string Pool), HashSet<string>> _byPool = [];
    private readonly Dictionary<string, HashSet<(string Driver, string Pool)>> _byNode = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (SliceDevice Example, int Count)> _kinds = new(StringComparer.Ordinal);

    /// <summary>A device of each kind, in no order; kinds that differ in no more than who they are, are one.</summary>
    public IEnumerable<SliceDevice> Kinds => _kinds.Values.Select(k => k.Example);

    /// <summary>Another number whenever <see cref="Kinds"/> changed.</summary>
    public int KindsVersion { get; private set; }

    /// <summary>The node that has this whole GPU; null: no slice has such a device, or it is handed out by others.</summary>
    public string? NodeOf(DeviceId id) =>
        _byPool.TryGetValue((id.Driver, id.Pool), out HashSet<string>? slices)
            ? slices.Select(n => _slices[n]).FirstOrDefault(s => s.Node.Length > 0 && s.Devices.Any(d => d.Id == id && d.Oddity.Length == 0))?.Node
            : null;

    /// <summary>Takes a slice in, new or changed.</summary>
    /// <returns>The nodes whose devices may be others now.</returns>
    public IReadOnlyCollection<string> Set(ResourceSlice slice)
    {
        HashSet<string> nodes = [.. Remove(slice.Name)];
        _slices.Add(slice.Name, slice);
        Of(_byPool, (slice.Driver, slice.Pool)).Add(slice.Name);
        if (slice.Node.Length > 0)
        {
            Of(_byNode, slice.Node).Add((slice.Driver, slice.Pool));
        }

        foreach (SliceDevice device in slice.Devices)
        {
            (SliceDevice example, int count) = _kinds.GetValueOrDefault(device.Kind, (device, 0));
            _kinds[device.Kind] = (example, count + 1);
            KindsVersion += count == 0 ? 1 : 0;
        }

        nodes.UnionWith(NodesOf(slice));
        return nodes;
    }

    /// <summary>The slice is gone.</summary>
    /// <inheritdoc cref="Set"/>
    public IReadOnlyCollection<string> Remove(string name)
    {
        if (!_slices.Remove(name, out ResourceSlice? slice))
        {
            return [];
        }

        string[] nodes = [.. NodesOf(slice).Append(slice.Node).Where(n => n.Length > 0).Distinct(StringComparer.Ordinal)];
        HashSet<string> pool = _byPool[(slice.Driver, slice.Pool)];
        pool.Remove(name);
        if (slice.Node.Length > 0 && !pool.Any(s => _slices[s].Node == slice.Node))
        {
            _byNode[slice.Node].Remove((slice.Driver, slice.Pool));
        }

        foreach (SliceDevice device in slice.Devices)
        {
            (SliceDevice example, int count) = _kinds[device.Kind];
            if (count > 1)
            {
                _kinds[device.Kind] = (example, count - 1);
            }
            else
            {
                _kinds.Remove(device.Kind);
                KindsVersion++;
            }
        }

        return nodes;
    }

    /// <summary>
    /// The node with the devices that can be claimed there, where it is in the regime <c>dra</c>, or says nothing of devices and has some that can be claimed; else as it
    /// is. What its annotation lists tells their links, where it lists as many; else the product does, where it is linked in one way only.
    /// </summary>
    /// <param name="node">The node without them.</param>
    /// <param name="shapes">Known products.</param>
    /// <param name="problem">What is wrong with them; null: nothing.</param>
    public Node Dress(Node node, ShapeCatalog shapes, out string? problem)
    {
        problem = null;
        if (node.Regime != AllocationRegime.Dra && !(node.Regime == AllocationRegime.Annotation && node.Shape.Count == 0))
        {
            return node;
        }

        SliceDevice[] devices = [.. DevicesOf(node.Name)];
        if (devices.Length > Device.MaxPerNode)
        {
            problem = $"its ResourceSlices have {devices.Length} GPUs, and a node has at most {Device.MaxPerNode} here: none of them is used. Leave the node to kube-scheduler";
            devices = [];
        }

        if (devices.Length == 0)
        {
            return node.Regime == AllocationRegime.Dra ? node with { Shape = DeviceShape.None, DeviceUuids = [] } : node;
        }

        ImmutableArray<Link> links = [];
        if (node.Shape.Count == devices.Length)
        {
            links = node.Shape.Links;
        }
        else if (devices.All(d => d.Model == devices[0].Model) && shapes.LinkOf(devices[0].Model, devices.Length) is { } link)
        {
            links = [.. Enumerable.Range(0, devices.Length * devices.Length).Select(i => i / devices.Length == i % devices.Length ? default : link)];
        }

        return node with
        {
            Regime = AllocationRegime.Dra,
            Shape = DeviceShape.Of([.. devices.Select((d, i) => d.ToDevice(i))], links),
            DeviceUuids = [.. devices.Select(d => d.Id.ToString())],
        };
    }

    /// <summary>The whole GPUs of a node, in the order of their names.</summary>
    private IEnumerable<SliceDevice> DevicesOf(string node) =>
        (_byNode.TryGetValue(node, out HashSet<(string Driver, string Pool)>? pools) ? pools : [])
            .SelectMany(Current).Where(s => s.Node == node).SelectMany(s => s.Devices).Where(d => d.Oddity.Length == 0)
            .DistinctBy(d => d.Id).OrderBy(d => d.Id.Driver, StringComparer.Ordinal).ThenBy(d => d.Id.Pool, StringComparer.Ordinal).ThenBy(d => d.Id.Device, NaturalOrder.Instance);

    /// <summary>The slices of a pool that count; none where some are not there yet.</summary>
    private ResourceSlice[] Current((string Driver, string Pool) pool)
    {
        ResourceSlice[] slices = [.. _byPool[pool].Select(n => _slices[n])];
        long newest = slices.Length == 0 ? 0 : slices.Max(s => s.Generation);
        ResourceSlice[] current = [.. slices.Where(s => s.Generation == newest)];
        return current.Length > 0 && current.All(s => s.SliceCount == current.Length) ? current : [];
    }

    private IEnumerable<string> NodesOf(ResourceSlice slice) =>
        _byPool[(slice.Driver, slice.Pool)].Select(n => _slices.GetValueOrDefault(n)?.Node ?? "").Where(n => n.Length > 0);

    private static HashSet<TValue> Of<TKey, TValue>(Dictionary<TKey, HashSet<TValue>> sets, TKey key)
        where TKey : notnull
    {
        if (!sets.TryGetValue(key, out HashSet<TValue>? set))
        {
            sets.Add(key, set = []);
        }

        return set;
    }
}
