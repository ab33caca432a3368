using System.Diagnostics;

namespace GpuScheduler.Cluster;

/// <summary>
/// Up to 64 nodes as columns (a node is a lane): what they offer (<see cref="Nodes"/>, shared) and what is placed on them.
/// A published block never changes; a draft changes copies of its own.
/// </summary>
public sealed partial class Block
{
    /// <summary>Nodes a block: as many as a <see cref="ulong"/> has bits, so that "which of these nodes" is one of those.</summary>
    public const int Size = 64;

    private static readonly long[] Zeros = new long[Size];

    private readonly long[] _nonZeroCpu;
    private readonly long[] _nonZeroMemory;
    private readonly short[] _freeMilli;
    private readonly int[] _freeMemory;
    private readonly short[] _wholeFree;
    private readonly short[] _largestFree;
    private readonly short[] _totalFree;
    private readonly short[] _partialFree;
    private readonly long[] _nodeStamps;
    private readonly PlacementTable _placements;
    private long[]?[] _requested;

    /// <summary>An empty block.</summary>
    internal Block(BlockNodes nodes, long stamp, object owner)
    {
        Nodes = nodes;
        Owner = owner;
        Chain = stamp;
        Stamp = stamp;
        _requested = new long[Vocabulary.PodsId + 1][];
        _nonZeroCpu = new long[Size];
        _nonZeroMemory = new long[Size];
        _freeMilli = new short[nodes.Slots * Size];
        _freeMemory = new int[nodes.Slots * Size];
        _wholeFree = new short[Size];
        _largestFree = new short[Size];
        _totalFree = new short[Size];
        _partialFree = new short[nodes.Slots * Size];
        _nodeStamps = new long[Size];
        _placements = new PlacementTable();
        Array.Fill(_nodeStamps, stamp);
        foreach (int lane in new Lanes(nodes.Present))
        {
            foreach (Device device in nodes.Shape(lane).Devices)
            {
                _freeMilli[(device.Index * Size) + lane] = (short)(device.IsUsable ? Device.FullMilli : 0);
                _freeMemory[(device.Index * Size) + lane] = device.IsUsable ? device.MemoryMiB : 0;
            }

            DeriveDeviceColumns(lane);
        }
    }

    /// <summary>A copy that <paramref name="owner"/> may change.</summary>
    private Block(Block other, object owner, long chain)
    {
        Nodes = other.Nodes;
        Owner = owner;
        Chain = chain;
        Stamp = other.Stamp;
        _requested = new long[other._requested.Length][];
        for (int i = 0; i < _requested.Length; i++)
        {
            _requested[i] = (long[]?)other._requested[i]?.Clone();
        }

        _nonZeroCpu = (long[])other._nonZeroCpu.Clone();
        _nonZeroMemory = (long[])other._nonZeroMemory.Clone();
        _freeMilli = (short[])other._freeMilli.Clone();
        _freeMemory = (int[])other._freeMemory.Clone();
        _wholeFree = (short[])other._wholeFree.Clone();
        _largestFree = (short[])other._largestFree.Clone();
        _totalFree = (short[])other._totalFree.Clone();
        _partialFree = (short[])other._partialFree.Clone();
        _nodeStamps = (long[])other._nodeStamps.Clone();
        _placements = other._placements.Copy();
    }

    /// <summary>The nodes themselves.</summary>
    public BlockNodes Nodes { get; }

    /// <summary>Identifies this content within the process: two blocks with the same stamp are equal. Later content has a larger one.</summary>
    public long Stamp { get; private set; }

    /// <summary>
    /// Identifies a line of content in which each state follows from the one before: within a chain, a node changed since stamp s
    /// exactly where its own stamp is larger than s. Its <see cref="Nodes"/> are the same throughout. A fork starts a chain of its own.
    /// </summary>
    public long Chain { get; }

    /// <summary>When each node last changed, as a <see cref="Stamp"/>.</summary>
    public ReadOnlySpan<long> NodeStamps => _nodeStamps;

    /// <summary>CPU that scoring assumes in use, milli-cores.</summary>
    public ReadOnlySpan<long> NonZeroCpu => _nonZeroCpu;

    /// <summary>Memory that scoring assumes in use, bytes.</summary>
    public ReadOnlySpan<long> NonZeroMemory => _nonZeroMemory;

    /// <summary>Free compute per device, milli, slot-major: device d of lane l is at d * 64 + l. 0 where there is no such device.</summary>
    public ReadOnlySpan<short> FreeMilli => _freeMilli;

    /// <summary>Free memory per device, MiB, slot-major.</summary>
    public ReadOnlySpan<int> FreeMemory => _freeMemory;

    /// <summary>Devices that nobody uses.</summary>
    public ReadOnlySpan<short> WholeFree => _wholeFree;

    /// <summary>The most free compute on one device, milli.</summary>
    public ReadOnlySpan<short> LargestFree => _largestFree;

    /// <summary>Free compute of all devices together, milli.</summary>
    public ReadOnlySpan<short> TotalFree => _totalFree;

    /// <summary>
    /// Free compute of the devices that are used in part, milli, largest first: the k-th of lane l is at k * 64 + l, with 0 past the last. Who looks for room
    /// in used devices is done where nothing on a row is large enough.
    /// </summary>
    public ReadOnlySpan<short> PartialFree => _partialFree;

    /// <summary>Who may change this block; nobody once it is published.</summary>
    internal object Owner { get; }

    /// <summary>What is requested of a resource, lane by lane.</summary>
    public ReadOnlySpan<long> Requested(int resource) =>
        resource < _requested.Length && _requested[resource] is { } column ? column : Zeros;

    /// <summary>Free compute of one device, milli.</summary>
    public short FreeMilliOf(int lane, int device) => _freeMilli[(device * Size) + lane];

    /// <summary>What is placed on a node, newest first.</summary>
    public PlacementEnumerator PlacementsOn(int lane) => _placements.On(lane);

    /// <summary>True where each of <paramref name="devices"/> exists and has what <paramref name="request"/> takes of it.</summary>
    public bool CanTake(int lane, DeviceRequest request, DeviceSet devices)
    {
        if (devices.Count != request.Count)
        {
            return false;
        }

        foreach (int device in new Lanes(devices.Bits))
        {
            if (!CanTake(lane, request, device))
            {
                return false;
            }
        }

        return true;
    }

    internal Block CopyFor(object owner, long chain) => new(this, owner, chain);

    /// <summary>The same placements over other nodes; those of lanes that hold no node any more are dropped.</summary>
    internal Block Over(BlockNodes nodes, long stamp, object owner)
    {
        Block block = new(nodes, stamp, owner);
        List<Placement> oldestFirst = [];
        foreach (int lane in new Lanes(nodes.Present & Nodes.Present))
        {
            bool isSame = ReferenceEquals(nodes[lane], Nodes[lane]);
            oldestFirst.Clear();
            foreach (Placement placement in PlacementsOn(lane))
            {
                oldestFirst.Add(placement);
            }

            for (int i = oldestFirst.Count - 1; i >= 0; i--)
            {
                Placement placement = oldestFirst[i];

                if (!isSame)
                {
                    placement = block.OnDevicesOf(lane, placement);
                }

                block._placements.Add(lane, placement);
                block.Apply(lane, placement, +1);
            }

            if (isSame)
            {
                block._nodeStamps[lane] = _nodeStamps[lane];
            }
        }

        return block;
    }

    internal void Add(int lane, in Placement placement, long stamp)
    {
        Debug.Assert(OnDevicesOf(lane, placement with { Missing = DeviceSet.Empty }).Missing.IsEmpty);
        _placements.Add(lane, placement);
        Apply(lane, placement, +1);
        Touch(lane, stamp);
    }

    internal bool Remove(int lane, Pod pod, long stamp, out Placement removed)
    {
        if (!_placements.Remove(lane, pod, out removed))
        {
            return false;
        }

        Apply(lane, removed, -1);
        Touch(lane, stamp);
        return true;
    }

    private bool CanTake(int lane, DeviceRequest request, int device)
    {
        DeviceShape shape = Nodes.Shape(lane);
        return device < shape.Count
            && request.TryShareOf(shape.Devices[device], out DeviceShare share)
            && _freeMilli[(device * Size) + lane] >= share.Milli
            && _freeMemory[(device * Size) + lane] >= share.MemoryMiB;
    }

    /// <summary>
    /// The placement with what it can hold here of all the devices it was given. A node may lose devices under its pods, and have them
    /// back later (a device plugin that restarts offers none for a while): what is left stays held, and so does what comes back.
    /// </summary>
    internal Placement OnDevicesOf(int lane, in Placement placement)
    {
        DeviceSet given = placement.Devices.Union(placement.Missing);
        DeviceSet held = DeviceSet.Empty;
        foreach (int device in new Lanes(given.Bits))
        {
            if (CanTake(lane, placement.Class.Devices, device))
            {
                held = held.With(device);
            }
        }

        return placement with { Devices = held, Missing = given.Except(held) };
    }

    private void Touch(int lane, long stamp)
    {
        Stamp = stamp;
        _nodeStamps[lane] = stamp;
    }

    /// <summary>Takes (<paramref name="sign"/> +1) or gives back (-1) all that a placement holds.</summary>
    private void Apply(int lane, in Placement placement, int sign)
    {
        PodClass podClass = placement.Class;
        foreach (ResourceRequest request in podClass.Requests)
        {
            Column(request.Resource)[lane] += sign * request.Amount;
        }

        Column(Vocabulary.PodsId)[lane] += sign;
        _nonZeroCpu[lane] += sign * podClass.NonZeroCpuMilli;
        _nonZeroMemory[lane] += sign * podClass.NonZeroMemoryBytes;
        if (placement.Devices.IsEmpty)
        {
            return;
        }

        DeviceShape shape = Nodes.Shape(lane);
        foreach (int device in new Lanes(placement.Devices.Bits))
        {
            podClass.Devices.TryShareOf(shape.Devices[device], out DeviceShare share);
            _freeMilli[(device * Size) + lane] -= (short)(sign * share.Milli);
            _freeMemory[(device * Size) + lane] -= sign * share.MemoryMiB;
        }

        DeriveDeviceColumns(lane);
    }

    private void DeriveDeviceColumns(int lane)
    {
        int whole = 0, total = 0, partial = 0;
        for (int i = lane; i < _freeMilli.Length; i += Size)
        {
            short free = _freeMilli[i];
            total += free;
            if (free == Device.FullMilli)
            {
                whole++;
            }
            else if (free > 0)
            {
                Insert(lane, partial++, free);
            }
        }

        for (int i = (partial * Size) + lane; i < _partialFree.Length && _partialFree[i] != 0; i += Size)
        {
            _partialFree[i] = 0;
        }

        _wholeFree[lane] = (short)whole;
        _largestFree[lane] = whole > 0 ? (short)Device.FullMilli : partial > 0 ? _partialFree[lane] : (short)0;
        _totalFree[lane] = (short)total;
    }

    /// <summary>Puts a device that is used in part among the first <paramref name="count"/> ones of its lane, largest first.</summary>
    private void Insert(int lane, int count, short free)
    {
        int at = (count * Size) + lane;
        for (; at >= Size && _partialFree[at - Size] < free; at -= Size)
        {
            _partialFree[at] = _partialFree[at - Size];
        }

        _partialFree[at] = free;
    }

    private long[] Column(int resource)
    {
        if (resource >= _requested.Length)
        {
            Array.Resize(ref _requested, resource + 1);
        }

        return _requested[resource] ??= new long[Size];
    }
}
