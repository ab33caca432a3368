using System.Collections.Immutable;
using System.Numerics;

namespace GpuScheduler.Cluster;

/// <summary>
/// The best devices of a shape to take together, for every set of free devices and every count: exactly, by look-up. Best is, in this order: the fastest ring (the
/// bandwidth of its slowest link), the most bandwidth of all pairs together, the same of what the devices left can still be for sets of 8, then 4, then 2 (see
/// <see cref="Packed"/>); the fewest NUMA nodes, the fewest PCIe roots, the most network interfaces, and the same of what is left; then the lowest devices, of each
/// class of devices alike. Any thread.
/// </summary>
public sealed class SubsetTable
{
    private const int TotalShift = 15, RingShift = TotalShift + 21;
    private const int ClosenessMask = (1 << TotalShift) - 1;

    private readonly DeviceClasses _classes;
    private readonly int _all;

    /// <summary>By state: ring, total and closeness of the set, one above the other in a number that may be summed over disjoint sets.</summary>
    private readonly long[] _values;

    /// <summary>By size and state: the most that disjoint sets of that size are worth together.</summary>
    private readonly long[][] _packed;

    /// <summary>By count and state: the best set, 0 where nobody has asked. Rows are made when asked for; to write an entry twice is harmless, it is the same.</summary>
    private readonly ushort[]?[] _best = new ushort[Device.MaxPerNode + 1][];

    internal SubsetTable(DeviceShape shape)
    {
        _classes = new DeviceClasses(shape);
        _all = shape.All.Bits;
        _values = Values(shape, _classes);
        _packed = [.. Sizes.Select(size => size <= shape.Count ? Pack(size) : [])];
    }

    /// <summary>The sizes of sets that jobs ask for, which what is left is judged by; the largest first, because they are the hardest to find.</summary>
    public static ImmutableArray<int> Sizes { get; } = [8, 4, 2];

    /// <summary>How many states there are: sets of devices that differ only in devices alike are one.</summary>
    public int States => _classes.Count;

    /// <summary>The state of a set, 0 to <see cref="States"/> - 1: all answers of this table depend on it alone, devices alike apart.</summary>
    public int StateOf(DeviceSet devices) => _classes.StateOf(devices.Bits);

    /// <summary>The best <paramref name="count"/> of <paramref name="available"/>; empty where there are too few.</summary>
    public DeviceSet Best(DeviceSet available, int count)
    {
        if (count <= 0 || available.Count < count)
        {
            return DeviceSet.Empty;
        }

        int state = StateOf(available);
        ushort best = Volatile.Read(ref _best[count]) is { } row && row[state] is var known and not 0 ? known : Find(state, count);
        return new DeviceSet((ushort)_classes.Among(available.Bits, best));
    }

    /// <summary>Bandwidth of the slowest link of the best ring over <paramref name="devices"/>, GB/s; 0 for fewer than two.</summary>
    public int RingBandwidth(DeviceSet devices) => RingOf(_values[StateOf(devices)]);

    /// <summary>The same of the best <paramref name="count"/> devices of an unused node.</summary>
    public int BestRingBandwidth(int count) => RingBandwidth(Best(new DeviceSet((ushort)_all), count));

    /// <summary>The ring bandwidths, summed, of the sets of <paramref name="size"/> (one of <see cref="Sizes"/>) that <paramref name="devices"/> can be divided into, at best.</summary>
    public int Packed(DeviceSet devices, int size) => _packed[Sizes.IndexOf(size)] is { Length: > 0 } packed ? RingOf(packed[StateOf(devices)]) : 0;

    private static int RingOf(long value) => (int)(value >> RingShift);

    private static long[] Values(DeviceShape shape, DeviceClasses classes)
    {
        ushort[] rings = RingBandwidths.Of(shape);
        long[] values = new long[classes.Count];
        for (int state = 1; state < values.Length; state++)
        {
            int set = classes.Representative(state);
            long total = 0;
            foreach (int a in new Lanes((ulong)set))
            {
                foreach (int b in new Lanes((ulong)(set & ((1 << a) - 1))))
                {
                    total += shape.LinkBetween(a, b).GigabytesPerSecond;
                }
            }

            values[state] = ((long)rings[set] << RingShift) | (total << TotalShift) | (long)Closeness(shape, set);
        }

        return values;
    }

    /// <summary>How little a set is spread: devices that share a NUMA node with another first, then those that share a PCIe root, then its network interfaces.</summary>
    private static int Closeness(DeviceShape shape, int set)
    {
        Device[] devices = [.. shape.Devices.Where(d => (set >> d.Index & 1) != 0)];
        int inNuma = devices.Length - devices.Select(d => d.NumaNode).Distinct().Count();
        int inRoot = devices.Length - devices.Select(d => d.PcieRoot).Distinct(StringComparer.Ordinal).Count();
        int nics = devices.Select(d => d.Nic).Where(n => n.Length > 0).Distinct(StringComparer.Ordinal).Count();
        return (inNuma << 10) | (inRoot << 5) | nics;
    }

    /// <summary>The lowest device is left over, or it is in one of the sets, and the rest is a smaller question.</summary>
    private long[] Pack(int size)
    {
        long[] packed = new long[States];
        for (int state = 1; state < packed.Length; state++)
        {
            int set = _classes.Representative(state), others = set & (set - 1);
            long most = packed[_classes.StateOf(others)];
            for (int with = others; with > 0 && BitOperations.PopCount((uint)set) >= size; with = (with - 1) & others)
            {
                if (BitOperations.PopCount((uint)with) == size - 1)
                {
                    int rest = others & ~with;
                    most = Math.Max(most, _values[_classes.StateOf(set & ~rest)] + packed[_classes.StateOf(rest)]);
                }
            }

            packed[state] = most;
        }

        return packed;
    }

    private ushort Find(int state, int count)
    {
        int available = _classes.Representative(state), best = 0;
        for (int set = available; set > 0; set = (set - 1) & available)
        {
            if (BitOperations.PopCount((uint)set) == count && (best == 0 || IsBetter(available, set, best)))
            {
                best = set;
            }
        }

        ushort[] row = Volatile.Read(ref _best[count]) ?? Interlocked.CompareExchange(ref _best[count], new ushort[States], null) ?? _best[count]!;
        return row[state] = (ushort)best;
    }

    private bool IsBetter(int available, int a, int b)
    {
        (int left, int otherLeft) = (_classes.StateOf(available & ~a), _classes.StateOf(available & ~b));
        (long value, long otherValue) = (_values[_classes.StateOf(a)], _values[_classes.StateOf(b)]);
        int order = (value >> TotalShift).CompareTo(otherValue >> TotalShift);
        for (int i = 0; order == 0 && i < _packed.Length; i++)
        {
            order = _packed[i].Length == 0 ? 0 : (_packed[i][left] >> TotalShift).CompareTo(_packed[i][otherLeft] >> TotalShift);
        }

        order = order != 0 ? order : (value & ClosenessMask).CompareTo(otherValue & ClosenessMask);
        for (int i = 0; order == 0 && i < _packed.Length; i++)
        {
            order = _packed[i].Length == 0 ? 0 : (_packed[i][left] & ClosenessMask).CompareTo(_packed[i][otherLeft] & ClosenessMask);
        }

        // Of equals the one with the lowest device that the other has not.
        int differ = a ^ b;
        return order > 0 || (order == 0 && (a & differ & -differ) != 0);
    }
}
