using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Simulation;

/// <summary>Watches the gangs of a run: how long they wait, which domains they span, and how large a gang still fits into one domain.</summary>
public sealed class GangObserver
{
    private readonly ClusterView _state;
    private readonly NetworkBandwidths? _network;
    private readonly DomainTree _tree;
    private readonly Dictionary<GangKey, TimeSpan> _waiting = [];
    private readonly HashSet<GangKey> _placed = [];
    private readonly List<TimeSpan> _waits = [];
    private readonly HashSet<int> _touched = [];

    /// <summary>By node: its GPUs, where nobody holds anything of them.</summary>
    private readonly int[] _idle;

    /// <summary>By domain: the GPUs of its idle nodes.</summary>
    private readonly int[] _idleIn;

    /// <summary>By class of pods: how many an empty domain holds.</summary>
    private readonly Dictionary<PodClass, long[]> _rooms = [];

    /// <param name="state">The state that the run changes.</param>
    /// <param name="levels">The levels of the topology.</param>
    /// <param name="network">How fast nodes talk to each other; null: nobody said.</param>
    public GangObserver(ClusterView state, TopologyLevels levels, NetworkBandwidths? network)
    {
        _state = state;
        _network = network;
        _tree = DomainTree.Of(state, levels, TopologyOverlay.Empty);
        _idle = new int[state.Blocks.Length * Block.Size];
        _idleIn = new int[_tree.Count];
        Levels = [.. Enumerable.Range(0, levels.Keys.Length - 1).Where(l => _tree.DomainsOf(l).Length > 0).Select(l => new DomainLevel(l, levels.Keys[l], _tree.DomainsOf(l).Length))];
        foreach (int node in _tree.Nodes)
        {
            _touched.Add(node);
        }
    }

    /// <summary>The levels that the cluster has, single nodes apart, from broad to narrow.</summary>
    public ImmutableArray<DomainLevel> Levels { get; }

    /// <summary>Gangs that came.</summary>
    public int CameCount => _placed.Count + _waiting.Count;

    /// <summary>Gangs that got places for at least their minimum.</summary>
    public int PlacedCount => _placed.Count;

    /// <summary>Placed gangs that span several domains of the narrowest level on which one domain would hold them if it were empty.</summary>
    public int CrossDomain { get; private set; }

    /// <summary>From the arrival of a gang's first pod until its minimum was placed, gang by gang.</summary>
    public IReadOnlyList<TimeSpan> Waits => _waits;

    /// <summary>Placed gangs on several nodes, where bandwidths between nodes are stated: what the ring over each one's nodes has, GB/s a GPU, and the best it could have had.</summary>
    internal List<(int Given, int Best)> Bandwidths { get; } = [];

    /// <summary>A pod of a gang came.</summary>
    internal void Came(GangKey gang, TimeSpan at)
    {
        if (!_placed.Contains(gang))
        {
            _waiting.TryAdd(gang, at);
        }
    }

    /// <summary>Pods of a gang got their places; only the first time counts.</summary>
    internal void Placed(GangKey gang, ImmutableArray<MemberPlacement> members, TimeSpan now)
    {
        if (!_placed.Add(gang))
        {
            return;
        }

        _waits.Add(_waiting.Remove(gang, out TimeSpan since) ? now - since : TimeSpan.Zero);
        foreach (DomainLevel level in Levels)
        {
            level.Crossing += Spans(members, level.Index) ? 1 : 0;
        }

        if (members.All(m => m.Node == members[0].Node))
        {
            return;
        }

        int narrowest = NarrowestHolding(members);
        CrossDomain += narrowest >= 0 && (narrowest == Levels.Length || Spans(members, Levels[narrowest].Index)) ? 1 : 0;
        if (_network is not null)
        {
            int held = Levels.Length - 1;
            while (held >= 0 && Spans(members, Levels[held].Index))
            {
                held--;
            }

            Bandwidths.Add((BandwidthWithin(held), BandwidthWithin(narrowest)));
        }
    }

    /// <summary>Something on a node changed.</summary>
    internal void Touch(int node) => _touched.Add(node);

    /// <summary>Notes how large a gang fits on each level now.</summary>
    internal void NoteState(TimeSpan now)
    {
        foreach (int node in _touched)
        {
            Block block = _state.BlockOf(node);
            DeviceShape shape = _state.NodeAt(node).Shape;
            int idle = block.TotalFree[node % Block.Size] == shape.TotalMilli ? shape.Count : 0;
            for (int domain = _tree.DomainOf(node); domain >= 0 && idle != _idle[node]; domain = _tree.ParentOf(domain))
            {
                _idleIn[domain] += idle - _idle[node];
            }

            _idle[node] = idle;
        }

        _touched.Clear();
        foreach (DomainLevel level in Levels)
        {
            int largest = 0;
            foreach (int domain in _tree.DomainsOf(level.Index))
            {
                largest = Math.Max(largest, _idleIn[domain]);
            }

            level.Note(now, largest);
        }
    }

    /// <summary>Values of the domains that hold a node, one for each of <see cref="Levels"/>; empty where it is in none.</summary>
    internal IEnumerable<string> DomainsOf(int node) => Levels.Select(l => _tree.DomainAt(node, l.Index) is >= 0 and var domain ? _tree.ValueOf(domain) : "");

    /// <summary>A node's place in the order of the topology.</summary>
    internal int PlaceOf(int node) => _tree.PositionOf(node);

    /// <summary>
    /// The slowest link of a ring over nodes of which one domain of a level holds all, and none of a narrower level does: it enters and leaves narrower domains over what
    /// connects these. -1: no domain holds all.
    /// </summary>
    private int BandwidthWithin(int level)
    {
        for (int i = Math.Min(level, Levels.Length - 1); i >= 0; i--)
        {
            if (_network!.ByLevel.TryGetValue(Levels[i].Key, out int stated))
            {
                return stated;
            }
        }

        return _network!.Beyond;
    }

    /// <summary>The narrowest level on which one domain, were it empty, would hold them: the number of levels for a single node, -1 for none.</summary>
    private int NarrowestHolding(ImmutableArray<MemberPlacement> members)
    {
        ILookup<PodClass, MemberPlacement> classes = members.ToLookup(m => m.Member.Class);
        bool FitsWhere(Func<PodClass, long> room) => classes.Sum(c => room(c.Key) is > 0 and var most ? (double)c.Count() / most : 2) <= 1;
        if (_tree.Nodes.ToArray().DistinctBy(n => (_state.NodeAt(n).Shape, _state.NodeAt(n).Allocatable)).Any(n => FitsWhere(c => RoomOn(c, n))))
        {
            return Levels.Length;
        }

        int level = Levels.Length - 1;
        while (level >= 0 && !_tree.DomainsOf(Levels[level].Index).ToArray().Any(d => FitsWhere(c => RoomIn(c)[d])))
        {
            level--;
        }

        return level;
    }

    private bool Spans(ImmutableArray<MemberPlacement> members, int level)
    {
        int first = _tree.DomainAt(members[0].Node, level);
        return members.Any(m => _tree.DomainAt(m.Node, level) is var domain && (domain < 0 || domain != first)) && members.Any(m => m.Node != members[0].Node);
    }

    private long RoomOn(PodClass podClass, int node) => EmptyRoom.Of(_state.NodeAt(node).Allocatable, _state.NodeAt(node).Shape, podClass.Spec);

    private long[] RoomIn(PodClass podClass)
    {
        if (!_rooms.TryGetValue(podClass, out long[]? rooms))
        {
            rooms = new long[_tree.Count];
            foreach (int node in _tree.Nodes)
            {
                long room = RoomOn(podClass, node);
                for (int domain = _tree.DomainOf(node); domain >= 0; domain = _tree.ParentOf(domain))
                {
                    rooms[domain] += room;
                }
            }

            _rooms.Add(podClass, rooms);
        }

        return rooms;
    }
}
