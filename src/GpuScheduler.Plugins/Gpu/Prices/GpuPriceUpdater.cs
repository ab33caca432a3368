using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>
/// Keeps a <see cref="GpuPriceScore"/> up to date: prices are solved anew whenever so much compute has been asked for since the last time.
/// Where the demand is not known beforehand, it is learned from the pods that come.
/// </summary>
public sealed class GpuPriceUpdater
{
    /// <summary>Part of the cluster's compute that arrives between two solutions.</summary>
    private const double Interval = 0.05;

    /// <summary>A learner knows little at first and changes its mind faster.</summary>
    private const double FirstInterval = 0.005;

    private readonly GpuPriceScore _plugin;
    private readonly IPriceSolver _solver;
    private readonly TypicalPods? _known;
    private readonly Dictionary<PodClass, long> _seen = [];
    private readonly SortedDictionary<int, long> _multiDeviceMilli = [];
    private long _arrivedMilli, _leftMilli;
    private double _nextAt;

    /// <param name="plugin">Gets the prices.</param>
    /// <param name="solver">Makes them.</param>
    /// <param name="known">The demand, where it is known; null: learn it.</param>
    public GpuPriceUpdater(GpuPriceScore plugin, IPriceSolver solver, TypicalPods? known)
    {
        _plugin = plugin;
        _solver = solver;
        _known = known;
    }

    /// <summary>Told of each pod that comes, before it is tried. Publishes prices when it is time.</summary>
    public void Observe(PodClass arrived, ClusterView state)
    {
        if (_known is null)
        {
            _seen[arrived] = _seen.GetValueOrDefault(arrived) + 1;
        }

        if (_arrivedMilli >= _nextAt)
        {
            Update(state);
        }

        DeviceRequest request = arrived.Devices;
        long milli = MilliOf(request);
        _arrivedMilli += milli;
        if (request.Count > 1 && request.IsExclusive)
        {
            _multiDeviceMilli[request.Count] = _multiDeviceMilli.GetValueOrDefault(request.Count) + milli;
        }
    }

    /// <summary>Told of each pod that gives its place back because it is done. What leaves again makes whole nodes out of nearly whole ones.</summary>
    public void ObserveLeft(PodClass left) => _leftMilli += MilliOf(left.Devices);

    /// <summary>Compute that a request asks for; an amount of memory counts as a whole device.</summary>
    private static long MilliOf(DeviceRequest request) => (long)request.Count * (request.Milli > 0 ? request.Milli : Device.FullMilli);

    private void Update(ClusterView state)
    {
        int[] gaps = new int[Device.FullMilli + 1];
        int[] nodesByWhole = new int[Device.MaxPerNode + 1];
        Dictionary<string, long> free = new(StringComparer.Ordinal);
        long capacity = 0;
        int memory = 0;
        foreach (Block block in state.Blocks)
        {
            foreach (LaneGroup<DeviceShape> group in block.Nodes.Shapes)
            {
                foreach (int lane in new Lanes(group.Lanes))
                {
                    nodesByWhole[block.WholeFree[lane]]++;
                    foreach (Device device in group.Value.Devices)
                    {
                        int milli = block.FreeMilliOf(lane, device.Index);
                        gaps[milli]++;
                        free[device.Model] = free.GetValueOrDefault(device.Model) + milli;
                        capacity += Device.FullMilli;
                        memory = Math.Max(memory, device.MemoryMiB);
                    }
                }
            }
        }

        double interval = _known is null ? Math.Clamp(_arrivedMilli / (double)Math.Max(1, capacity), FirstInterval, Interval) : Interval;
        _nextAt = _arrivedMilli + Math.Max(1, interval * capacity);
        TypicalPods typical = _known ?? TypicalPods.Of(_seen.Select(s => (s.Key, s.Value)));
        if (typical.Pods.Any(p => !p.Devices.IsNone))
        {
            _plugin.Publish(_solver.Solve(new PriceProblem(
                typical, [.. gaps], free.ToImmutableSortedDictionary(StringComparer.Ordinal), [.. nodesByWhole],
                _multiDeviceMilli.ToImmutableSortedDictionary(m => m.Key, m => (double)m.Value / _arrivedMilli), memory)
            {
                Turnover = _arrivedMilli == 0 ? 0 : Math.Min(1, (double)_leftMilli / _arrivedMilli),
            }));
        }
    }
}
