using System.Numerics;

namespace GpuScheduler.Cluster.Tests;

/// <summary>What makes a set of devices good, by trying everything: each order of a ring, each way to divide what is left.</summary>
internal sealed class NaiveSubsets(DeviceShape shape)
{
    private readonly Dictionary<int, int> _rings = [];
    private readonly Dictionary<(int Left, int Size), (long, long, long, long, long)> _divided = [];

    public static IEnumerable<int> SubsetsOf(int set, int count) =>
        Enumerable.Range(0, set + 1).Where(s => (s & ~set) == 0 && BitOperations.PopCount((uint)s) == count);

    public int Ring(int set)
    {
        if (!_rings.TryGetValue(set, out int ring))
        {
            int[] devices = Devices(set);
            _rings[set] = ring = devices.Length < 2 ? 0 : BestOrder(devices[0], devices[0], devices[1..], int.MaxValue);
        }

        return ring;
    }

    /// <summary>All that counts, in order: larger is better.</summary>
    public long[] Key(int available, int set) =>
    [
        Ring(set), Total(set),
        .. new[] { 8, 4, 2 }.SelectMany(size => Tuple(Divide(available & ~set, size))[..2]),
        .. Closeness(set),
        .. new[] { 8, 4, 2 }.SelectMany(size => Tuple(Divide(available & ~set, size))[2..]),
    ];

    private static long[] Tuple((long, long, long, long, long) sums) => [sums.Item1, sums.Item2, sums.Item3, sums.Item4, sums.Item5];

    private static int[] Devices(int set) => [.. Enumerable.Range(0, 16).Where(i => (set >> i & 1) != 0)];

    private int BestOrder(int first, int last, int[] left, int weakest) =>
        left.Length == 0 ? Math.Min(weakest, Speed(last, first))
        : left.Max(next => BestOrder(first, next, [.. left.Where(d => d != next)], Math.Min(weakest, Speed(last, next))));

    private int Speed(int a, int b) => shape.LinkBetween(a, b).GigabytesPerSecond;

    private int Total(int set) => Devices(set).Sum(a => Devices(set).Where(b => b > a).Sum(b => Speed(a, b)));

    private long[] Closeness(int set)
    {
        Device[] devices = [.. Devices(set).Select(i => shape.Devices[i])];
        return
        [
            -devices.Select(d => d.NumaNode).Distinct().Count(), -devices.Select(d => d.PcieRoot).Distinct().Count(),
            devices.Select(d => d.Nic).Where(n => n.Length > 0).Distinct().Count(),
        ];
    }

    /// <summary>The best sums over disjoint sets of a size: rings, totals, then how many devices share a place with another of their set.</summary>
    private (long, long, long, long, long) Divide(int left, int size)
    {
        if (_divided.TryGetValue((left, size), out var known))
        {
            return known;
        }

        (long, long, long, long, long) best = default;
        foreach (int set in SubsetsOf(left, size))
        {
            var rest = Divide(left & ~set, size);
            long[] closeness = Closeness(set);
            var sums = (rest.Item1 + Ring(set), rest.Item2 + Total(set), rest.Item3 + size + closeness[0], rest.Item4 + size + closeness[1], rest.Item5 + closeness[2]);
            best = sums.CompareTo(best) > 0 ? sums : best;
        }

        return _divided[(left, size)] = best;
    }
}
