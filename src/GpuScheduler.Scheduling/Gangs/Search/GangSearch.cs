using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Places one gang of any form: complete search with backtracking over domains, nodes and devices, in an order that finds most gangs a place without ever going back,
/// until a limit. What counts promise is an upper bound, so what they rule out is ruled out, and a search that has come to its end without success proves
/// that there is no place.
/// </summary>
internal sealed partial class GangSearch
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
        Evaluator evaluator, Draft state, DomainTree tree, TopologyOverlay overlay, int limit, long attempt, NodeSet? only,
        IReadOnlyDictionary<GroupUnit, NodeSet>? barred, GroupUnit root)
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
        _part = new SearchPart(root, null, numbers, barred);
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

        if (nodes.Length == 0)
        {
            // A gang that needs no pod at once would be content with no node.
            return Fail(GangOutcome.CannotFit, GangMessages.NoRoom(null, "", 0, Total(_part)));
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

    private static int Total(SearchPart part) => Math.Max(
        part.Needed, part.IsLeaf ? 0 : part.Parts.Select(Total).Order().Take(part.MustReach).Sum());

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
        && part.Barred is null
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

    /// <summary>A point to roll back to.</summary>
    /// <param name="Draft">Of the draft.</param>
    /// <param name="Slots">How many slots were taken.</param>
    public readonly record struct Point(int Draft, int Slots);
}
