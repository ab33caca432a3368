using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>
/// Watches a run and gathers its figures: allocation and fragmentation at every whole percent of arrived load, failures by reason, waiting times.
/// </summary>
public sealed class RunObserver
{
    private readonly ClusterView _state;
    private readonly IFragmentationGauge? _gauge;
    private readonly double[] _fragments;
    private readonly HashSet<int> _dirty = [];
    private readonly SortedDictionary<(string Reason, RequestKind Kind), int> _failures = [];
    private readonly List<RunPoint> _points = [];
    private readonly List<TimePoint> _usage = [];
    private readonly List<TimeSpan> _waits = [];
    private double _fragmented;
    private double _bandwidthShares;
    private long _bandwidth;
    private long _arrivedMilli;
    private double _allocatedMilliSeconds;
    private TimeSpan _lastChange;

    /// <param name="state">The state that the run changes.</param>
    /// <param name="gauge">Measures fragmentation; null: it is not measured.</param>
    /// <param name="gangs">Watches gangs; null: there are none.</param>
    public RunObserver(ClusterView state, IFragmentationGauge? gauge, GangObserver? gangs = null)
    {
        Gangs = gangs;
        _state = state;
        _gauge = gauge;
        _fragments = new double[state.Blocks.Length * Block.Size];
        foreach (Block block in state.Blocks)
        {
            foreach (int lane in new Lanes(block.Nodes.Present))
            {
                CapacityMilli += block.Nodes.Shape(lane).TotalMilli;
                AllocatedMilli += block.Nodes.Shape(lane).TotalMilli - block.TotalFree[lane];
            }
        }

        for (int b = 0; b < state.Blocks.Length; b++)
        {
            foreach (int lane in new Lanes(state.Blocks[b].Nodes.Present))
            {
                _dirty.Add((b * Block.Size) + lane);
            }
        }

        AddPoint(0);
    }

    /// <summary>The gangs of the run; null: there are none.</summary>
    public GangObserver? Gangs { get; }

    /// <summary>Compute of all devices, milli.</summary>
    public long CapacityMilli { get; }

    /// <summary>Compute that pods hold, milli.</summary>
    public long AllocatedMilli { get; private set; }

    /// <summary>Compute that all pods so far asked for, milli.</summary>
    public long ArrivedMilli => _arrivedMilli;

    /// <summary>Pods that came.</summary>
    public int Arrived { get; private set; }

    /// <summary>Pods that got a node; one that was evicted and placed again counts twice.</summary>
    public int Placed { get; private set; }

    /// <summary>Pods that were evicted for others of higher priority; each came back and was placed or lost anew.</summary>
    public int Evicted { get; private set; }

    /// <summary>Pods that never did.</summary>
    public int Failed { get; private set; }

    /// <summary>Attempts that failed; a pod that waits may fail often.</summary>
    public int FailedAttempts { get; private set; }

    public IReadOnlyList<RunPoint> Points => _points;

    /// <summary>Timed runs: the allocated share whenever it changed, thinned to what a chart can show.</summary>
    public IReadOnlyList<TimePoint> Usage => _usage;

    /// <summary>Timed runs: from arrival to placement, pod by pod.</summary>
    public IReadOnlyList<TimeSpan> Waits => _waits;

    /// <summary>Pods that never got a node, by reason and kind.</summary>
    public IReadOnlyDictionary<(string Reason, RequestKind Kind), int> Failures => _failures;

    /// <summary>Placed pods that hold several whole GPUs of a node whose links are known.</summary>
    public int LinkedPods { get; private set; }

    /// <summary>
    /// Over <see cref="LinkedPods"/>: the bandwidth of the slowest link of the best ring over a pod's GPUs, over the same of the best that an unused node of the kind
    /// could give; mean, 0 to 1.
    /// </summary>
    public double MeanBandwidthShare => LinkedPods == 0 ? 0 : _bandwidthShares / LinkedPods;

    /// <summary>Over <see cref="LinkedPods"/>: this bandwidth itself, GB/s; mean.</summary>
    public double MeanBandwidth => LinkedPods == 0 ? 0 : (double)_bandwidth / LinkedPods;

    /// <summary>Timed runs: allocated compute averaged over the run so far, 0 to 1.</summary>
    public double MeanUtilization(TimeSpan end) =>
        end <= TimeSpan.Zero || CapacityMilli == 0 ? 0 : (_allocatedMilliSeconds + (AllocatedMilli * (end - _lastChange).TotalSeconds)) / end.TotalSeconds / CapacityMilli;

    /// <summary>The kind of a request.</summary>
    public static RequestKind KindOf(DeviceRequest request) =>
        request.IsNone ? RequestKind.CpuOnly
        : !request.IsExclusive ? RequestKind.Share
        : request.Count == 1 ? RequestKind.Whole : RequestKind.Multi;

    /// <summary>What a pod asks for, milli; an amount of memory counts with what it takes of the cluster's largest device.</summary>
    public static long MilliOf(DeviceRequest request, int largestMemoryMiB) =>
        request.IsNone ? 0 : request.TryShareOf(largestMemoryMiB, out DeviceShare share) ? (long)request.Count * share.Milli : (long)request.Count * Device.FullMilli;

    /// <summary>A pod came.</summary>
    public void PodArrived(long milli)
    {
        Arrived++;
        _arrivedMilli += milli;
    }

    /// <summary>A pod got a node.</summary>
    public void PodPlaced(int node, PodClass podClass, DeviceSet devices, TimeSpan now, TimeSpan waited)
    {
        Placed++;
        _waits.Add(waited);
        NoteBandwidth(_state.NodeAt(node).Shape, podClass.Devices, devices);
        Change(node, HeldMilli(node, podClass, devices), now);
    }

    /// <summary>A pod left its node.</summary>
    public void PodLeft(int node, PodClass podClass, DeviceSet devices, TimeSpan now) => Change(node, -HeldMilli(node, podClass, devices), now);

    /// <summary>A pod was evicted and comes back.</summary>
    public void PodEvicted(int node, PodClass podClass, DeviceSet devices, TimeSpan now)
    {
        Evicted++;
        Change(node, -HeldMilli(node, podClass, devices), now);
    }

    /// <summary>An attempt failed; the pod may come back.</summary>
    public void AttemptFailed() => FailedAttempts++;

    /// <summary>A pod is lost.</summary>
    public void PodFailed(DeviceRequest request, string reason)
    {
        Failed++;
        (string, RequestKind) key = (reason, KindOf(request));
        _failures[key] = _failures.GetValueOrDefault(key) + 1;
    }

    /// <summary>Notes a point for every whole percent of load that has now arrived.</summary>
    public void NoteProgress()
    {
        while (CapacityMilli > 0 && _arrivedMilli * 100 >= (long)(_points.Count) * CapacityMilli)
        {
            AddPoint(_points.Count);
        }
    }

    /// <summary>
    /// The run is over. A whole percent that was missed by less than a tenth counts as reached: published orders of arrival end just below 130 %.
    /// </summary>
    public void NoteEnd()
    {
        if (CapacityMilli > 0 && (_arrivedMilli * 1000) + CapacityMilli >= (long)_points.Count * 10 * CapacityMilli)
        {
            AddPoint(_points.Count);
        }
    }

    private void NoteBandwidth(DeviceShape shape, DeviceRequest request, DeviceSet devices)
    {
        if (KindOf(request) != RequestKind.Multi || shape.Subsets is not { } subsets || subsets.BestRingBandwidth(devices.Count) is not (var best and > 0))
        {
            return;
        }

        int given = subsets.RingBandwidth(devices);
        LinkedPods++;
        _bandwidth += given;
        _bandwidthShares += (double)given / best;
    }

    private void AddPoint(int percent)
    {
        if (_gauge is not null)
        {
            foreach (int node in _dirty.Order())
            {
                double fragment = _gauge.Of(_state.BlockOf(node), node % Block.Size);
                _fragmented += fragment - _fragments[node];
                _fragments[node] = fragment;
            }
        }

        _dirty.Clear();
        _points.Add(new RunPoint(percent, Share(AllocatedMilli), _gauge is null ? null : Share(_fragmented), Failed));
    }

    private double Share(double milli) => CapacityMilli == 0 ? 0 : 100 * milli / CapacityMilli;

    private long HeldMilli(int node, PodClass podClass, DeviceSet devices)
    {
        long held = 0;
        DeviceShape shape = _state.NodeAt(node).Shape;
        foreach (int device in new Lanes(devices.Bits))
        {
            podClass.Devices.TryShareOf(shape.Devices[device], out DeviceShare share);
            held += share.Milli;
        }

        return held;
    }

    private void Change(int node, long milli, TimeSpan now)
    {
        _allocatedMilliSeconds += AllocatedMilli * (now - _lastChange).TotalSeconds;
        _lastChange = now;
        AllocatedMilli += milli;
        _dirty.Add(node);
        Gangs?.Touch(node);
        if (_usage.Count > 0 && _usage[^1].At == now)
        {
            _usage.RemoveAt(_usage.Count - 1);
        }

        _usage.Add(new TimePoint(now, Share(AllocatedMilli)));
    }
}
