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

    private readonly BlockColumns _columns;
    private readonly PlacementTable _placements;

    /// <summary>What is requested of resources that have no place in <see cref="_columns"/>.</summary>
    private long[]?[] _otherRequested;

    /// <summary>An empty block.</summary>
    internal Block(BlockNodes nodes, long stamp, object owner)
    {
        Nodes = nodes;
        Owner = owner;
        Chain = stamp;
        Stamp = stamp;
        _otherRequested = [];
        _columns = new BlockColumns(nodes.Slots);
        _placements = new PlacementTable();
        _columns.NodeStamps.Fill(stamp);
        foreach (int lane in new Lanes(nodes.Present))
        {
            foreach (Device device in nodes.Shape(lane).Devices)
            {
                _columns.FreeMilli[(device.Index * Size) + lane] = (short)(device.IsUsable ? Device.FullMilli : 0);
                _columns.FreeMemory[(device.Index * Size) + lane] = device.IsUsable ? device.MemoryMiB : 0;
            }

            DeriveDeviceColumns(lane);
            DeriveRoom(lane);
        }
    }

    /// <summary>A copy that <paramref name="owner"/> may change.</summary>
    private Block(Block other, object owner, long chain)
    {
        Nodes = other.Nodes;
        Owner = owner;
        Chain = chain;
        Stamp = other.Stamp;
        _otherRequested = other._otherRequested.Length == 0 ? [] : Array.ConvertAll(other._otherRequested, column => (long[]?)column?.Clone());
        _columns = other._columns.Copy();
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
    public ReadOnlySpan<long> NodeStamps => _columns.NodeStamps;

    /// <summary>CPU that scoring assumes in use, milli-cores.</summary>
    public ReadOnlySpan<long> NonZeroCpu => _columns.NonZeroCpu;

    /// <summary>Memory that scoring assumes in use, bytes.</summary>
    public ReadOnlySpan<long> NonZeroMemory => _columns.NonZeroMemory;

    /// <summary>CPU that scoring assumes free, milli-cores, less than none where more is in use than there is; exact below 2^53.</summary>
    public ReadOnlySpan<double> AssumedFreeCpu => _columns.AssumedFreeCpu;

    /// <summary>Memory that scoring assumes free, bytes; otherwise the same.</summary>
    public ReadOnlySpan<double> AssumedFreeMemory => _columns.AssumedFreeMemory;

    /// <summary>Free compute per device, milli, slot-major: device d of lane l is at d * 64 + l. 0 where there is no such device.</summary>
    public ReadOnlySpan<short> FreeMilli => _columns.FreeMilli;

    /// <summary>Free memory per device, MiB, slot-major.</summary>
    public ReadOnlySpan<int> FreeMemory => _columns.FreeMemory;

    /// <summary>Devices that nobody uses.</summary>
    public ReadOnlySpan<short> WholeFree => _columns.WholeFree;

    /// <summary>The most free compute on one device, milli.</summary>
    public ReadOnlySpan<short> LargestFree => _columns.LargestFree;

    /// <summary>Free compute of all devices together, milli.</summary>
    public ReadOnlySpan<short> TotalFree => _columns.TotalFree;

    /// <summary>
    /// Free compute of the devices that are used in part, milli, largest first: the k-th of lane l is at k * 64 + l, with 0 past the last. Who looks for room
    /// in used devices is done where nothing on a row is large enough.
    /// </summary>
    public ReadOnlySpan<short> PartialFree => _columns.PartialFree;

    /// <summary>Who may change this block; nobody once it is published.</summary>
    internal object Owner { get; }

    /// <summary>What is requested of a resource, lane by lane.</summary>
    public ReadOnlySpan<long> Requested(int resource) => BlockColumns.Holds(resource) ? _columns.Requested(resource)
        : resource < _otherRequested.Length && _otherRequested[resource] is { } column ? column : Zeros;

    /// <summary>What is not requested of a resource that <see cref="ResourceUnits.Has"/> units, rounded down to these; less than none where pods ask for more than there is.</summary>
    public ReadOnlySpan<int> FreeUnits(int resource) => _columns.FreeUnits(resource);

    /// <summary>Free compute of one device, milli.</summary>
    public short FreeMilliOf(int lane, int device) => _columns.FreeMilli[(device * Size) + lane];

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
                block._columns.NodeStamps[lane] = _columns.NodeStamps[lane];
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
            && _columns.FreeMilli[(device * Size) + lane] >= share.Milli
            && _columns.FreeMemory[(device * Size) + lane] >= share.MemoryMiB;
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
        _columns.NodeStamps[lane] = stamp;
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
        _columns.NonZeroCpu[lane] += sign * podClass.NonZeroCpuMilli;
        _columns.NonZeroMemory[lane] += sign * podClass.NonZeroMemoryBytes;
        DeriveRoom(lane);
        if (placement.Devices.IsEmpty)
        {
            return;
        }

        DeviceShape shape = Nodes.Shape(lane);
        foreach (int device in new Lanes(placement.Devices.Bits))
        {
            podClass.Devices.TryShareOf(shape.Devices[device], out DeviceShare share);
            _columns.FreeMilli[(device * Size) + lane] -= (short)(sign * share.Milli);
            _columns.FreeMemory[(device * Size) + lane] -= sign * share.MemoryMiB;
        }

        DeriveDeviceColumns(lane);
    }

    private void DeriveRoom(int lane)
    {
        DeriveRoom(lane, Vocabulary.CpuId);
        DeriveRoom(lane, Vocabulary.MemoryId);
        DeriveRoom(lane, Vocabulary.PodsId);
        _columns.AssumedFreeCpu[lane] = Nodes.Allocatable(Vocabulary.CpuId)[lane] - _columns.NonZeroCpu[lane];
        _columns.AssumedFreeMemory[lane] = Nodes.Allocatable(Vocabulary.MemoryId)[lane] - _columns.NonZeroMemory[lane];
    }

    private void DeriveRoom(int lane, int resource) =>
        _columns.FreeUnits(resource)[lane] = ResourceUnits.Floor(resource, Nodes.Allocatable(resource)[lane] - _columns.Requested(resource)[lane]);

    private void DeriveDeviceColumns(int lane)
    {
        Span<short> all = _columns.FreeMilli, partial = _columns.PartialFree;
        int whole = 0, total = 0, inPart = 0;
        for (int i = lane; i < all.Length; i += Size)
        {
            short free = all[i];
            total += free;
            if (free == Device.FullMilli)
            {
                whole++;
            }
            else if (free > 0)
            {
                Insert(partial, lane, inPart++, free);
            }
        }

        for (int i = (inPart * Size) + lane; i < partial.Length && partial[i] != 0; i += Size)
        {
            partial[i] = 0;
        }

        _columns.WholeFree[lane] = (short)whole;
        _columns.LargestFree[lane] = whole > 0 ? (short)Device.FullMilli : inPart > 0 ? partial[lane] : (short)0;
        _columns.TotalFree[lane] = (short)total;
    }

    /// <summary>Puts a device that is used in part among the first <paramref name="count"/> ones of its lane, largest first.</summary>
    private static void Insert(Span<short> partial, int lane, int count, short free)
    {
        int at = (count * Size) + lane;
        for (; at >= Size && partial[at - Size] < free; at -= Size)
        {
            partial[at] = partial[at - Size];
        }

        partial[at] = free;
    }

    private Span<long> Column(int resource)
    {
        if (BlockColumns.Holds(resource))
        {
            return _columns.Requested(resource);
        }

        if (resource >= _otherRequested.Length)
        {
            Array.Resize(ref _otherRequested, resource + 1);
        }

        return _otherRequested[resource] ??= new long[Size];
    }
}
