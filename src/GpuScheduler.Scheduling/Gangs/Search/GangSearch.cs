using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Places one gang of any form: complete search with backtracking over domains, nodes and devices, in an order that finds most gangs a place without ever going back,
/// until a limit. What counts promise is an upper bound, so what they rule out is ruled out, and a search that has come to its end without success proves
/// that there is no place.
/// </summary>
internal sealed class GangSearch
{
    private readonly Evaluator _evaluator;
    private readonly Draft _state;
    private readonly DomainTree _tree;
    private readonly long _attempt;
    private readonly NodeSet? _only;
    private readonly int _limit;
    private readonly GroupUnit _root;
    private readonly SearchPart _part;
    private readonly List<PodClass> _classes = [];
    private readonly DeviceRequest[] _eachDevice;
    private readonly Packer _packer = new();
    private readonly List<Slot> _slots = [];
    private readonly int _start;
    private readonly bool _seesAlike;
    private readonly short[] _none;

    /// <summary>States from which there is no way on, as 128 bits each.</summary>
    private readonly HashSet<(ulong, ulong)> _failed = [];
    private readonly SearchPart[] _parts;

    private int _lastId;
    private int _steps;

    /// <summary>Steps after which the present trial ends.</summary>
    private int _stopAt;

    /// <summary>True where something was left out that might have been a placement.</summary>
    private bool _isIncomplete;
    private int _mostPlaced;

    /// <summary>Names of the domain of the required level that is looked into, and of the one that held the most.</summary>
    private string _domain = "", _bestDomain = "";

    public GangSearch(
        Evaluator evaluator, Draft state, DomainTree tree, TopologyOverlay overlay, int limit, long attempt, NodeSet? only, GroupUnit root)
    {
        _evaluator = evaluator;
        _state = state;
        _tree = tree;
        _attempt = attempt;
        _only = only;
        _limit = limit;
        _root = root;
        _start = state.Mark();
        _none = new short[state.Blocks.Length * Block.Size];
        Dictionary<PodClass, int> numbers = [];
        foreach (GangMember member in root.AllMembers)
        {
            if (!member.IsPlaced && numbers.TryAdd(member.Class, numbers.Count))
            {
                _classes.Add(member.Class);
            }
        }

        _eachDevice = [.. _classes.Select(c => c.Devices with { Count = Math.Min(1, c.Devices.Count) })];
        ByDemand = [.. Enumerable.Range(0, _classes.Count).OrderByDescending(DemandOf).ThenByDescending(c => _classes[c].NonZeroCpuMilli)];
        _part = new SearchPart(root, null, numbers);
        _parts = [.. _part.All];
        for (int i = 0; i < _parts.Length; i++)
        {
            _parts[i].Number = i;
        }

        Regions = new Regions(this, tree, overlay, state);
        _seesAlike = _classes.TrueForAll(c => c.HostPorts.IsEmpty);
        foreach (SearchPart part in _parts)
        {
            Link(part);
            _seesAlike &= TreatsAlike(part);
        }
    }

    public Regions Regions { get; }

    /// <summary>Numbers of the classes, the hardest to place first.</summary>
    public int[] ByDemand { get; }

    /// <summary>True where no more may be tried.</summary>
    public bool IsOver => _steps >= _stopAt;

    public GangPlacement Place()
    {
        if (_part.WaitingInAll == 0)
        {
            return GangPlacements.Of(_state, _tree, [], _part.Running);
        }

        string? required = _part.Group.RequiredLevel;
        int[] nodes = _only is null ? _tree.Nodes.ToArray() : [.. _tree.Nodes.ToArray().Where(n => _only.Contains(n) || _part.Running.Contains(n))];
        Region all = new(nodes, 0, nodes.Length);
        List<(Region Region, string Domain)> bases = required is null
            ? [(all, "")]
            : [.. Regions.Split(all, required).Where(s => Regions.IsWhere(_part.Running, required, s.Id)).Select(s => (s.Region, Regions.NameOf(required, s.Id)))];
        if (bases.Count == 0)
        {
            return Fail(GangOutcome.CannotFit, !Regions.Exists(required!) ? GangMessages.NoLabel(required!)
                : _part.Running.Length > 0 ? GangMessages.Apart(required!)
                : GangMessages.NoRoom(required, "", 0, Total(_part)));
        }

        foreach (string level in Levels(required))
        {
            List<(Region, string)> candidates = [];
            foreach ((Region region, string domain) in bases)
            {
                candidates.AddRange(Regions.Split(region, level)
                    .Where(s => s.Region.Length < region.Length && Regions.IsWhere(_part.Running, level, s.Id)).Select(s => (s.Region, domain)));
            }

            if (Try(candidates, (_limit - _steps) / 2, out Region found, out _))
            {
                return Finish(found, bases);
            }
        }

        if (Try(bases, _limit - _steps, out Region broadest, out bool isProof))
        {
            return Finish(broadest, bases);
        }

        return isProof
            ? Fail(GangOutcome.CannotFit, NoRoom(bases, required))
            : Fail(GangOutcome.LimitReached, GangMessages.Limit(required, _bestDomain, _mostPlaced, Total(_part), _steps));
    }

    /// <summary>Solves what is still to be done.</summary>
    public bool Run(Goal? goal)
    {
        if (goal is null)
        {
            return true;
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            _isIncomplete = true;
            return false;
        }

        if (goal.Id == 0)
        {
            goal.Id = NextId();
        }

        if (IsOver || HasFailed(goal.Id, 0, 0))
        {
            return false;
        }

        if (goal.Solve(this))
        {
            return true;
        }

        NoteFailure(goal.Id, 0, 0);
        return false;
    }

    /// <summary>A number that nothing else has.</summary>
    public int NextId() => ++_lastId;

    /// <summary>True where the same was tried in a state that differs only in which pod or which of several equal devices went where.</summary>
    public bool HasFailed(int id, int at, int left) => _failed.Count > 0 && _failed.Contains(KeyOf(id, at, left));

    /// <summary>Notes that there is no way on from this state.</summary>
    public void NoteFailure(int id, int at, int left)
    {
        if (!IsOver)
        {
            _failed.Add(KeyOf(id, at, left));
        }
    }

    public Point Mark() => new(_state.Mark(), _slots.Count);

    public void RollBack(Point to)
    {
        for (int i = _slots.Count - 1; i >= to.Slots; i--)
        {
            _slots[i].Part.Taken[_slots[i].Class]--;
        }

        _slots.RemoveRange(to.Slots, _slots.Count - to.Slots);
        _state.RollBack(to.Draft);
    }

    /// <summary>Places the next pod of a class with the devices that the policy picks; nothing where that does not go.</summary>
    public bool TryTake(SearchPart part, int podClass, int node)
    {
        _steps++;
        if (_evaluator.CapacityOf(_classes[podClass], _state, _tree, _attempt) is not { } capacity || capacity.Counts[node] == 0)
        {
            return false;
        }

        if (!Evaluator.TryChoose(capacity.Memo, _state, node, _attempt, out DeviceSet devices))
        {
            _isIncomplete |= capacity.Memo.Plan.UncountedFilters.Length > 0 || !HasChoice(podClass, node);
            return false;
        }

        Take(part, podClass, node, devices);
        return true;
    }

    /// <summary>The same with given devices.</summary>
    public bool TryTake(SearchPart part, int podClass, int node, DeviceSet devices)
    {
        _steps++;
        if (_evaluator.CapacityOf(_classes[podClass], _state, _tree, _attempt) is not { } capacity || capacity.Counts[node] == 0)
        {
            return false;
        }

        if (!Evaluator.PassesUncounted(capacity.Memo.Plan, _state, node, _attempt))
        {
            _isIncomplete = true;
            return false;
        }

        Take(part, podClass, node, devices);
        return true;
    }

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
            if (request.Allows(device.Model) && block.CanTake(lane, _eachDevice[podClass], DeviceSet.Only(device.Index)))
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
            if (part.Least[c] > 0 && RoomIn(region, c) < part.Least[c])
            {
                return false;
            }
        }

        return true;
    }

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
            room += counts[node];
            score = counts[node] > 0 ? Math.Max(score, memo!.ScoreOf(node)) : score;
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
            room[place] = _only is null || _only.Contains(node) ? Math.Min(counts[node], most) : 0;
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

    private static int Total(SearchPart part) => Math.Max(
        part.Needed, part.IsLeaf ? 0 : part.Parts.Select(Total).Order().Take(part.MustReach).Sum());

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

    /// <summary>Notes what its own group and its siblings ask of a part.</summary>
    private void Link(SearchPart part)
    {
        GangGroup group = part.Group;
        if (part.IsLeaf && group.SpreadLevel is { } spread)
        {
            int[] ids = Regions.IdsOf(spread);
            part.Spread = [.. part.Running.Select(n => ids[n])];
        }

        if (part.Parent is not { } parent)
        {
            return;
        }

        HashSet<string> levels = new(StringComparer.Ordinal);
        if (group.RequiredLevel is { } required)
        {
            levels.Add(required);
        }

        if (parent.Group.SpreadLevel is { } apart)
        {
            levels.Add(apart);
        }

        foreach (SearchPart other in parent.Parts)
        {
            string? level = ReferenceEquals(other, part) ? null
                : group.SharedWith == other.Group.Name ? group.SharedLevel
                : other.Group.SharedWith == group.Name ? other.Group.SharedLevel
                : null;
            if (level is not null)
            {
                part.Shares.Add((other, level));
                levels.Add(level);
            }
        }

        // Broad to narrow; what is no level of the tree comes last.
        part.PinnedLevels.AddRange(levels.OrderBy(l => (uint)_tree.Levels.IndexOf(l)).ThenBy(l => l, StringComparer.Ordinal));
    }

    /// <summary>
    /// True where a part treats nodes of one domain alike whatever has been placed: no domains that cut across the tree or that others chose, and nothing that goes back to
    /// nodes chosen before.
    /// </summary>
    private bool TreatsAlike(SearchPart part) =>
        part.Shares.Count == 0
        && part.PinnedLevels.TrueForAll(l => _tree.Levels.IndexOf(l) >= 0)
        && (part.Group.SpreadLevel is not { } spread || _tree.Levels.IndexOf(spread) >= 0)
        && (part.Spread is null || part.Running.Length == 0)
        && (part.IsLeaf || (part.MustReach == part.Parts.Length && part.Needed <= part.Parts.Sum(p => p.Needed)));

    /// <summary>Levels to try before all that is allowed, narrow to broad.</summary>
    private IEnumerable<string> Levels(string? required)
    {
        int broadest = required is null ? -1 : _tree.Levels.IndexOf(required);

        // After the preferred level and those broader: nodes that lack them may still be close together.
        IEnumerable<string> levels = Regions.From(_part.Group.PreferredLevel ?? TopologyLevels.Hostname).Union(Regions.From(TopologyLevels.Hostname));
        return levels.Where(l => _tree.Levels.IndexOf(l) is var level && (level < 0 || level > broadest));
    }

    private bool Try(List<(Region Region, string Domain)> candidates, int steps, out Region found, out bool isProof)
    {
        found = default;
        isProof = true;
        List<(Region Region, string Domain)> viable =
            [.. candidates.Where(c => HasRoom(_part, c.Region) && HasDevices(c.Region)).OrderBy(c => RankOf(_part, c.Region))];
        for (int i = 0; i < viable.Count; i++)
        {
            (Region region, _domain) = viable[i];
            int before = _steps;
            _stopAt = before + Math.Max(Math.Min(1, steps), steps / (viable.Count - i));
            _isIncomplete = false;
            _failed.Clear();
            _part.Region = region;
            _part.IsEntered = true;
            if (Run(EnterGoal.Inside(_part, null)))
            {
                found = region;
                return true;
            }

            isProof &= !_isIncomplete && !IsOver;
            steps -= _steps - before;
        }

        return false;
    }

    /// <summary>The present state: what each node has been given, what its devices have left, and what parts are confined to.</summary>
    private (ulong, ulong) KeyOf(int id, int at, int left)
    {
        ulong first = Mixed(id, at, left, 0), second = ~first;
        foreach (Slot slot in _slots)
        {
            Add(Mixed(slot.Part.Number, slot.Class, slot.Node, 1));
            Block block = _state.BlockOf(slot.Node);
            int lane = slot.Node % Block.Size;
            DeviceShape shape = block.Nodes.Shape(lane);
            for (int device = 0; device < shape.Count; device++)
            {
                int name = shape.IsUniform ? -1 : device;
                Add(Mixed(slot.Node, name, (block.FreeMilliOf(lane, device) << 20) ^ block.FreeMemory[(device * Block.Size) + lane], 2));
            }
        }

        foreach (SearchPart part in _parts)
        {
            if (part.IsEntered)
            {
                Add(Mixed(part.Number, part.Region.First, part.Region.Last, RuntimeHelpers.GetHashCode(part.Region.Array)));
            }
        }

        return (first, second);

        void Add(ulong value)
        {
            // Sums do not depend on the order in which pods were placed.
            first += value;
            second += TieKeys.Mix(value);
        }

        static ulong Mixed(int a, int b, int c, int d) =>
            TieKeys.Mix(TieKeys.Mix(((ulong)(uint)a << 32) | (uint)b) ^ (((ulong)(uint)c << 32) | (uint)d));
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
            if (_only is null || _only.Contains(node))
            {
                whole -= _state.BlockOf(node).WholeFree[node % Block.Size];
                milli -= _state.BlockOf(node).TotalFree[node % Block.Size];
            }
        }

        return whole <= 0 && milli <= 0;
    }

    private long RoomIn(Region region, int podClass)
    {
        ReadOnlySpan<short> counts = CountsOf(podClass, out _);
        long room = 0;
        foreach (int node in region.Nodes)
        {
            room += _only is null || _only.Contains(node) ? counts[node] : 0;
        }

        return room;
    }

    private ReadOnlySpan<short> CountsOf(int podClass, out ClassMemo? memo)
    {
        ClassCapacity? capacity = _evaluator.CapacityOf(_classes[podClass], _state, _tree, _attempt);
        memo = capacity?.Memo;
        return capacity is null ? _none : capacity.Counts;
    }

    private void Take(SearchPart part, int podClass, int node, DeviceSet devices)
    {
        _state.Place(node, part.NextPod(podClass), _classes[podClass], devices);
        part.Taken[podClass]++;
        _slots.Add(new Slot(part, podClass, node, devices));
        if (_slots.Count > _mostPlaced)
        {
            (_mostPlaced, _bestDomain) = (_slots.Count, _domain);
        }
    }

    /// <summary>Adds what may be placed above the minimum, then gives every slot to the pod whose rank it suits.</summary>
    private GangPlacement Finish(Region found, List<(Region Region, string Domain)> bases)
    {
        int core = _slots.Count;
        _stopAt = int.MaxValue;
        Region allowed = bases.First(b => b.Region.Nodes.Contains(found.Nodes[0])).Region;
        foreach (SearchPart part in _parts)
        {
            if (!part.IsEntered && part.Parent!.IsEntered)
            {
                _stopAt = _steps + (_limit / 10);
                new EnterGoal(part, part.Parent.Region, null).Solve(this);
                _stopAt = int.MaxValue;
            }

            if (part.IsLeaf && part.IsEntered)
            {
                Grow(part);
                if (IsWhereItsRootIs(part))
                {
                    part.Region = allowed;
                    Grow(part);
                }
            }
        }

        if (_slots.Count == 0 && _part.Running.Length == 0)
        {
            return Fail(GangOutcome.CannotFit, NoRoom(bases, _part.Group.RequiredLevel));
        }

        return Settle(core);
    }

    /// <summary>True where nothing but the choice of the root's domain confines a part.</summary>
    private static bool IsWhereItsRootIs(SearchPart part)
    {
        for (SearchPart at = part; at.Parent is { } parent; at = parent)
        {
            if (at.PinnedLevels.Count > 0)
            {
                return false;
            }
        }

        return true;
    }

    private void Grow(SearchPart part)
    {
        int[]? spreadIds = part.Spread is null ? null : Regions.IdsOf(part.Group.SpreadLevel!);
        foreach (int c in ByDemand)
        {
            int left = part.Waiting[c].Count - part.Taken[c];
            if (left == 0)
            {
                continue;
            }

            int fits = (int)Math.Min(left, RoomIn(part.Region, c));
            foreach (int place in OrderOf(part, c, spreadIds is null ? fits : 0, spreadIds, out int[] room))
            {
                int node = part.Region.Nodes[place];
                for (int i = 0; i < room[place] && left > 0; i++)
                {
                    if ((spreadIds is not null && part.Spread!.Contains(spreadIds[node])) || !TryTake(part, c, node))
                    {
                        break;
                    }

                    left--;
                    if (spreadIds is not null)
                    {
                        part.Spread!.Add(spreadIds[node]);
                    }
                }
            }
        }
    }

    private GangPlacement Settle(int core)
    {
        Slot[] slots = [.. _slots];
        _state.RollBack(_start);
        Dictionary<(SearchPart, int), int> next = [];
        Dictionary<Pod, MemberPlacement> placed = new(ReferenceEqualityComparer.Instance);
        foreach (Slot slot in slots.Select((s, i) => (Slot: s, Later: i >= core)).OrderBy(s => s.Later).ThenBy(s => _tree.PositionOf(s.Slot.Node)).Select(s => s.Slot))
        {
            int rank = next.GetValueOrDefault((slot.Part, slot.Class));
            next[(slot.Part, slot.Class)] = rank + 1;
            GangMember member = slot.Part.Waiting[slot.Class][rank];
            _state.Place(slot.Node, member.Pod, member.Class, slot.Devices);
            placed.Add(member.Pod, new MemberPlacement(member, slot.Node, slot.Devices));
        }

        ImmutableArray<MemberPlacement> inOrder = [.. _root.AllMembers.Where(m => placed.ContainsKey(m.Pod)).Select(m => placed[m.Pod])];
        return GangPlacements.Of(_state, _tree, inOrder, _part.Running);
    }

    private string NoRoom(List<(Region Region, string Domain)> bases, string? required)
    {
        for (int c = 0; c < _classes.Count; c++)
        {
            if (_part.Least[c] > 0 && CountsOf(c, out _).IndexOfAnyExcept((short)0) < 0)
            {
                return _evaluator.Explain(_classes[c], _state, _attempt).Message;
            }
        }

        (long Holds, string Domain) best = bases
            .Select(b => (Holds: Enumerable.Range(0, _classes.Count).Sum(c => Math.Min(_part.Least[c], RoomIn(b.Region, c))), b.Domain))
            .MaxBy(b => b.Holds);
        int needed = Math.Max(1, Total(_part));
        return best.Holds < needed
            ? GangMessages.NoRoom(required, best.Domain, (int)best.Holds, needed)
            : GangMessages.NotTogether(required, _bestDomain, _mostPlaced, needed);
    }

    private GangPlacement Fail(GangOutcome outcome, string message)
    {
        _state.RollBack(_start);
        return new GangPlacement(outcome, [], Message: message);
    }

    /// <summary>A point to roll back to.</summary>
    /// <param name="Draft">Of the draft.</param>
    /// <param name="Slots">How many slots were taken.</param>
    public readonly record struct Point(int Draft, int Slots);
}
