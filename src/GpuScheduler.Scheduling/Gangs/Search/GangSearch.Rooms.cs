using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <content>Where there is room, in which order to look, and which nodes and devices are alike.</content>
internal sealed partial class GangSearch
{
    /// <summary>True where it may matter which devices a pod gets on a node.</summary>
    public bool HasChoice(int podClass, int node)
    {
        DeviceRequest request = _classes[podClass].Devices;
        return !request.IsNone && !(request.IsExclusive && _state.BlockOf(node).Nodes.Shape(node % Block.Size).IsUniform);
    }

    /// <summary>Sets of devices that a pod can have on a node, one of each kind: those that leave the most are tried first.</summary>
    public List<DeviceSet> ChoicesOn(int podClass, int node)
    {
        DeviceRequest request = _classes[podClass].Devices;
        Block block = _state.BlockOf(node);
        int lane = node % Block.Size;
        List<(Device Device, short Milli, int Memory)> free = [];
        foreach (Device device in block.Nodes.Shape(lane).Devices)
        {
            if (request.Allows(device) && block.CanTake(lane, _eachDevice[podClass], DeviceSet.Only(device.Index)))
            {
                free.Add((device, block.FreeMilliOf(lane, device.Index), block.FreeMemory[(device.Index * Block.Size) + lane]));
            }
        }

        List<int>[] alike =
        [
            .. free.GroupBy(f => (f.Milli, f.Memory, f.Device.Model, f.Device.MemoryMiB)).OrderByDescending(g => g.Key.Milli)
                .Select(g => g.Select(f => f.Device.Index).ToList()),
        ];
        List<DeviceSet> sets = [];
        Choose(0, request.Count, DeviceSet.Empty);
        return sets;

        void Choose(int at, int left, DeviceSet chosen)
        {
            if (left == 0)
            {
                sets.Add(chosen);
            }
            else if (at < alike.Length)
            {
                for (int take = Math.Min(left, alike[at].Count); take >= 0; take--)
                {
                    Choose(at + 1, left - take, alike[at].Take(take).Aggregate(chosen, (set, d) => set.With(d)));
                }
            }
        }
    }

    /// <summary>False where a part cannot have its minimum in a region, whatever else is placed.</summary>
    public bool HasRoom(SearchPart part, Region region)
    {
        for (int c = 0; c < _classes.Count; c++)
        {
            if (part.Least[c] > 0 && RoomIn(region, c, part.Barred) < part.Least[c])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>False where none of a part's waiting pods has room in a region, so that it had better be anywhere else.</summary>
    public bool IsOfUse(SearchPart part, Region region) =>
        part.WaitingInAll == 0 || part.All.Any(p => Enumerable.Range(0, _classes.Count).Any(c => p.Waiting[c].Count > 0 && RoomIn(region, c, p.Barred) > 0));

    /// <summary>Order among regions for a part: the lowest first. The least room for what it mostly consists of, then the best node.</summary>
    public (long Room, long Score, int First) RankOf(SearchPart part, Region region)
    {
        int main = MainClassOf(part);
        if (main < 0)
        {
            return (0, 0, region.First);
        }

        ReadOnlySpan<short> counts = CountsOf(main, out ClassMemo? memo);
        long room = 0, score = long.MinValue;
        foreach (int node in region.Nodes)
        {
            int count = IsOpen(node, part.Barred) ? counts[node] : 0;
            room += count;
            score = count > 0 ? Math.Max(score, memo!.ScoreOf(node)) : score;
        }

        int wanted = part.All.Sum(p => p.Waiting[main].Count);
        return (room >= wanted ? room : long.MaxValue - room, score == long.MinValue ? 0 : -score, region.First);
    }

    /// <summary>Places in a part's region in the order in which to fill them with pods of a class, and how many each takes.</summary>
    public List<int> OrderOf(SearchPart part, int podClass, int count, int[]? spreadIds, out int[] room)
    {
        List<int> order = [];
        ReadOnlySpan<int> nodes = part.Region.Nodes;
        room = new int[nodes.Length];
        ReadOnlySpan<short> counts = CountsOf(podClass, out ClassMemo? memo);
        int sum = 0;
        for (int place = 0; place < nodes.Length; place++)
        {
            int node = nodes[place];
            int most = spreadIds is null ? int.MaxValue : spreadIds[node] < 0 || part.Spread!.Contains(spreadIds[node]) ? 0 : 1;
            room[place] = IsOpen(node, part.Barred) ? Math.Min(counts[node], most) : 0;
            sum += room[place];
        }

        if (sum < count)
        {
            return order;
        }

        _packer.Pack(_tree, DomainTree.Root, nodes, room, memo!, _state, count, order);
        bool[] isIn = new bool[nodes.Length];
        foreach (int place in order)
        {
            isIn[place] = true;
        }

        for (int place = 0; place < nodes.Length; place++)
        {
            if (!isIn[place] && room[place] > 0)
            {
                order.Add(place);
            }
        }

        return order;
    }

    /// <summary>True where nothing that the gang asks of can tell two nodes apart, in their present state.</summary>
    public bool AreAlike(int node, int other)
    {
        if (!_seesAlike || _tree.DomainOf(node) != _tree.DomainOf(other))
        {
            return false;
        }

        Block a = _state.BlockOf(node), b = _state.BlockOf(other);
        int i = node % Block.Size, j = other % Block.Size;
        if (!a.Nodes.Shape(i).Equals(b.Nodes.Shape(j)) || FreeOf(a, i, Vocabulary.PodsId) != FreeOf(b, j, Vocabulary.PodsId))
        {
            return false;
        }

        for (int slot = 0; slot < a.Nodes.Shape(i).Count; slot++)
        {
            if (a.FreeMilliOf(i, slot) != b.FreeMilliOf(j, slot) || a.FreeMemory[(slot * Block.Size) + i] != b.FreeMemory[(slot * Block.Size) + j])
            {
                return false;
            }
        }

        for (int c = 0; c < _classes.Count; c++)
        {
            ReadOnlySpan<short> counts = CountsOf(c, out ClassMemo? memo);
            if (counts[node] != counts[other] || memo?.Plan.UncountedFilters.Length > 0)
            {
                return false;
            }

            foreach (ResourceRequest request in _classes[c].Requests)
            {
                if (FreeOf(a, i, request.Resource) != FreeOf(b, j, request.Resource))
                {
                    return false;
                }
            }
        }

        return true;

        static long FreeOf(Block block, int lane, int resource) => block.Nodes.Allocatable(resource)[lane] - block.Requested(resource)[lane];
    }

    /// <summary>False where the devices of a region are too few for all classes together.</summary>
    private bool HasDevices(Region region)
    {
        long whole = 0, milli = 0;
        for (int c = 0; c < _classes.Count; c++)
        {
            DeviceRequest request = _classes[c].Devices;
            long devices = (long)_part.Least[c] * request.Count;
            whole += request.IsExclusive ? devices : 0;
            milli += devices * request.Milli;
        }

        foreach (int node in region.Nodes)
        {
            if (IsOpen(node, null))
            {
                whole -= _state.BlockOf(node).WholeFree[node % Block.Size];
                milli -= _state.BlockOf(node).TotalFree[node % Block.Size];
            }
        }

        return whole <= 0 && milli <= 0;
    }

    private bool IsOpen(int node, NodeSet? barred) => (_only is null || _only.Contains(node)) && barred?.Contains(node) != true;

    private long RoomIn(Region region, int podClass, NodeSet? barred)
    {
        ReadOnlySpan<short> counts = CountsOf(podClass, out _);
        long room = 0;
        foreach (int node in region.Nodes)
        {
            room += IsOpen(node, barred) ? counts[node] : 0;
        }

        return room;
    }

    private ReadOnlySpan<short> CountsOf(int podClass, out ClassMemo? memo)
    {
        ClassCapacity? capacity = _evaluator.CapacityOf(_classes[podClass], _state, _tree, _attempt);
        memo = capacity?.Memo;
        return capacity is null ? _none : capacity.Counts;
    }

    private long DemandOf(int podClass) =>
        (long)_classes[podClass].Devices.Count * Math.Max(_classes[podClass].Devices.Milli, _classes[podClass].Devices.MemoryMiB > 0 ? 1 : 0);

    private int MainClassOf(SearchPart part)
    {
        foreach (int c in ByDemand)
        {
            if (part.All.Any(p => p.Waiting[c].Count > 0))
            {
                return c;
            }
        }

        return -1;
    }
}
