using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>
/// The accelerators of a node and the links between them. Shapes are compared by content: a thousand nodes alike share one.
/// </summary>
public sealed class DeviceShape : IEquatable<DeviceShape>
{
    /// <summary>The shape of a node without accelerators.</summary>
    public static readonly DeviceShape None = new([], []);

    private readonly int _hash;
    private SubsetTable? _subsets;

    private DeviceShape(ImmutableArray<Device> devices, ImmutableArray<Link> links)
    {
        Devices = devices;
        Links = links;
        _hash = HashOf(devices, links);
        IsUniform = devices.All(d => d.Model == devices[0].Model && d.MemoryMiB == devices[0].MemoryMiB);
        Model = devices.Length == 0 ? "" : devices[0].Model;
        TotalMilli = devices.Length * Device.FullMilli;
    }

    public ImmutableArray<Device> Devices { get; }

    /// <summary>How many devices: 0 to 16.</summary>
    public int Count => Devices.Length;

    /// <summary>Model of the first device, or empty; <see cref="IsUniform"/> tells whether it is everybody's.</summary>
    public string Model { get; }

    /// <summary>True where all devices are of one model and memory.</summary>
    public bool IsUniform { get; }

    /// <summary>Compute of all devices together, milli.</summary>
    public int TotalMilli { get; }

    /// <summary>Set of all its devices.</summary>
    public DeviceSet All => DeviceSet.First(Count);

    /// <summary>The links row by row, a row for each device; empty where none are known.</summary>
    public ImmutableArray<Link> Links { get; }

    /// <summary>True where it is known how the devices reach each other.</summary>
    public bool HasLinks => !Links.IsEmpty;

    /// <summary>Which devices to take together; null where no links are known. Made when first asked for: two threads may both make it, and one table stays.</summary>
    public SubsetTable? Subsets =>
        Volatile.Read(ref _subsets) is { } known ? known
        : !HasLinks ? null
        : Interlocked.CompareExchange(ref _subsets, new SubsetTable(this), null) ?? _subsets;

    /// <summary>The path between two devices; a device's path to itself is undefined and reads as cross-socket, 0 GB/s.</summary>
    public Link LinkBetween(int a, int b) => Links.Length == 0 ? default : Links[(a * Count) + b];

    /// <summary>
    /// Makes a shape. <paramref name="links"/> is either empty (nothing known) or the full symmetric matrix, row by row.
    /// </summary>
    /// <exception cref="ArgumentException">More than 16 devices, indices that are not 0, 1, 2 …, or a matrix that is not square and symmetric or has impossible bandwidths.</exception>
    public static DeviceShape Of(ImmutableArray<Device> devices, ImmutableArray<Link> links)
    {
        if (devices.Length > Device.MaxPerNode)
        {
            throw new ArgumentException($"a node has at most {Device.MaxPerNode} devices, not {devices.Length}", nameof(devices));
        }

        for (int i = 0; i < devices.Length; i++)
        {
            if (devices[i].Index != i)
            {
                throw new ArgumentException($"device {i} has index {devices[i].Index}; number devices from 0 in order", nameof(devices));
            }
        }

        if (links.Length != 0)
        {
            int n = devices.Length;
            if (links.Length != n * n)
            {
                throw new ArgumentException($"{n} devices need {n * n} links, not {links.Length}", nameof(links));
            }

            for (int a = 0; a < n; a++)
            {
                for (int b = a + 1; b < n; b++)
                {
                    if (links[(a * n) + b].GigabytesPerSecond is < 0 or > Link.MaxGigabytesPerSecond)
                    {
                        throw new ArgumentException(
                            $"link {a}-{b} has {links[(a * n) + b].GigabytesPerSecond} GB/s; at most {Link.MaxGigabytesPerSecond} is possible", nameof(links));
                    }

                    if (links[(a * n) + b] != links[(b * n) + a])
                    {
                        throw new ArgumentException($"link {a}-{b} differs from link {b}-{a}", nameof(links));
                    }
                }
            }
        }

        return devices.Length == 0 ? None : new DeviceShape(devices, links);
    }

    /// <summary>Makes a shape of <paramref name="count"/> devices alike, with nothing known of their links.</summary>
    public static DeviceShape Uniform(string model, int count, int memoryMiB = 0) =>
        Of([.. Enumerable.Range(0, count).Select(i => new Device(i, model, memoryMiB))], []);

    /// <summary>The same devices and links, of another model or with other memory.</summary>
    public DeviceShape Relabel(string model, int memoryMiB) => Of([.. Devices.Select(d => d with { Model = model, MemoryMiB = memoryMiB })], Links);

    /// <summary>The same devices and links, counted by an extended resource.</summary>
    public DeviceShape CountedBy(string resource) => Of([.. Devices.Select(d => d with { Resource = resource })], Links);

    /// <summary>Makes a shape of <paramref name="count"/> devices alike, any two of which are linked alike.</summary>
    public static DeviceShape AllToAll(string model, int count, int memoryMiB, Link link) => Of(
        [.. Enumerable.Range(0, count).Select(i => new Device(i, model, memoryMiB))],
        [.. Enumerable.Range(0, count * count).Select(i => i / count == i % count ? default : link)]);

    public bool Equals(DeviceShape? other) => ReferenceEquals(this, other)
        || (other is not null && _hash == other._hash
            && Devices.AsSpan().SequenceEqual(other.Devices.AsSpan()) && Links.AsSpan().SequenceEqual(other.Links.AsSpan()));

    public override bool Equals(object? obj) => Equals(obj as DeviceShape);

    public override int GetHashCode() => _hash;

    public override string ToString() => Count == 0 ? "none" : $"{Count} x {Model}";

    private static int HashOf(ImmutableArray<Device> devices, ImmutableArray<Link> links)
    {
        HashCode hash = default;
        foreach (Device device in devices)
        {
            hash.Add(device);
        }

        foreach (Link link in links)
        {
            hash.Add(link);
        }

        return hash.ToHashCode();
    }
}
