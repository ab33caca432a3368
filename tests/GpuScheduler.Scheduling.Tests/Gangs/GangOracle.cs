using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling.Tests;

/// <summary>
/// Every way to place a gang: how many pods of each kind (a group's pods of one class) go to each node. Whether a mix of pods goes onto one node is decided by trying
/// every way to give them devices.
/// </summary>
internal sealed class GangOracle
{
    private readonly GroupUnit _root;
    private readonly GangCase _gang;
    private readonly Node[] _nodes;
    private readonly List<(GroupUnit Leaf, PodClass Class, int Waiting)> _kinds = [];
    private readonly int[][] _given;
    private readonly long[] _cpu;
    private readonly int[] _pods;
    private readonly int[][] _milli;
    private readonly int _start;
    private readonly Dictionary<(int Node, string Mix), bool> _packs = [];
    private readonly Dictionary<(int Kind, int Node), bool> _open = [];

    public GangOracle(GangCase gang)
    {
        _root = gang.Root;
        _gang = gang;
        Draft state = gang.Writer.Working;
        _nodes = [.. Enumerable.Range(0, state.NodeCount).Select(state.NodeAt)];
        _cpu = new long[_nodes.Length];
        _pods = new int[_nodes.Length];
        _milli = new int[_nodes.Length][];
        for (int node = 0; node < _nodes.Length; node++)
        {
            _cpu[node] = _nodes[node].Allocatable[ResourceNames.Cpu];
            _pods[node] = (int)_nodes[node].Allocatable[ResourceNames.Pods];
            _milli[node] = [.. Enumerable.Repeat(Device.FullMilli, _nodes[node].Shape.Count)];
            foreach (Placement placement in state.BlockOf(node).PlacementsOn(node))
            {
                _cpu[node] -= placement.Class.Requested[ResourceNames.Cpu];
                _pods[node]--;
                foreach (int device in new Lanes(placement.Devices.Bits))
                {
                    _milli[node][device] -= MilliOf(placement.Class);
                }
            }
        }

        foreach (GroupUnit leaf in _root.Groups.IsEmpty ? [_root] : _root.Groups)
        {
            foreach (IGrouping<PodClass, GangMember> kind in leaf.Members.Where(m => !m.IsPlaced).GroupBy(m => m.Class))
            {
                _kinds.Add((leaf, kind.Key, kind.Count()));
            }
        }

        _given = [.. _kinds.Select(_ => new int[_nodes.Length])];
        _start = _root.Group.PreferredLevel is { } preferred && GangCase.Levels.IndexOf(preferred) is >= 0 and int level
            ? level : GangCase.Levels.Keys.Length - 1;
    }

    /// <summary>True where some placement exists that places a pod or needs none.</summary>
    public bool IsFeasible { get; private set; }

    /// <summary>The narrowest level that one can have, as far as it counts (not below the preferred one); -1: the cluster.</summary>
    public int BestLevel { get; private set; } = -1;

    /// <summary>False where a level is preferred that is none of the tree's: then any is as good as another.</summary>
    public bool CountsLevels => _root.Group.PreferredLevel is not { } preferred || GangCase.Levels.IndexOf(preferred) >= 0;

    public int Counted(int level) => Math.Min(level, _start);

    public GangOracle Solve()
    {
        Try(0, 0, _kinds.Count == 0 ? 0 : _kinds[0].Waiting);
        return this;
    }

    private static int MilliOf(PodClass podClass) =>
        podClass.Devices.MemoryMiB > 0 ? ((podClass.Devices.MemoryMiB * 1000) + 15_999) / 16_000 : podClass.Devices.Milli;

    private void Try(int kind, int node, int left)
    {
        if (IsFeasible && BestLevel == _start)
        {
            return;
        }

        if (kind == _kinds.Count)
        {
            Judge();
            return;
        }

        if (node == _nodes.Length)
        {
            Try(kind + 1, 0, kind + 1 < _kinds.Count ? _kinds[kind + 1].Waiting : 0);
            return;
        }

        for (int pods = 0; pods <= left; pods++)
        {
            _given[kind][node] = pods;
            if (pods > 0 && (!IsOpen(kind, node) || !Packs(node)))
            {
                break;
            }

            Try(kind, node + 1, left - pods);
        }

        _given[kind][node] = 0;
    }

    private bool IsOpen(int kind, int node)
    {
        if (!_open.TryGetValue((kind, node), out bool isOpen))
        {
            Pod pod = _kinds[kind].Leaf.Members.First(m => !m.IsPlaced && m.Class == _kinds[kind].Class).Pod;
            _open.Add((kind, node), isOpen = GangRules.MayJoin(pod, _nodes[node], _gang.Running));
        }

        return isOpen;
    }

    private void Judge()
    {
        if (!GangRules.Holds(_root, NodesOf))
        {
            return;
        }

        List<Node> all = GangRules.All(_root, NodesOf);
        if (all.Count == 0)
        {
            return;
        }

        IsFeasible = true;
        BestLevel = Math.Max(BestLevel, Counted(GangRules.LevelOf(all)));
    }

    private List<Node> NodesOf(GroupUnit leaf)
    {
        List<Node> nodes = [.. leaf.Members.Where(m => m.IsPlaced).Select(m => _nodes[m.Node])];
        for (int kind = 0; kind < _kinds.Count; kind++)
        {
            for (int node = 0; node < _nodes.Length && ReferenceEquals(_kinds[kind].Leaf, leaf); node++)
            {
                nodes.AddRange(Enumerable.Repeat(_nodes[node], _given[kind][node]));
            }
        }

        return nodes;
    }

    private bool Packs(int node)
    {
        List<PodClass> mix = [.. Enumerable.Range(0, _kinds.Count).SelectMany(k => Enumerable.Repeat(_kinds[k].Class, _given[k][node])).OrderBy(c => c.Id)];
        string key = string.Join(',', mix.Select(c => c.Id));
        if (!_packs.TryGetValue((node, key), out bool packs))
        {
            packs = mix.Sum(c => c.Requested[ResourceNames.Cpu]) <= _cpu[node] && mix.Count <= _pods[node]
                && mix.Count(c => !c.HostPorts.IsEmpty) <= 1
                && DevicesPack(mix, 0, [.. _milli[node]]);
            _packs.Add((node, key), packs);
        }

        return packs;
    }

    private static bool DevicesPack(List<PodClass> mix, int at, int[] free)
    {
        if (at == mix.Count)
        {
            return true;
        }

        PodClass podClass = mix[at];
        for (int set = 0; set < 1 << free.Length; set++)
        {
            if (System.Numerics.BitOperations.PopCount((uint)set) != podClass.Devices.Count)
            {
                continue;
            }

            int[] left = [.. free.Select((f, d) => (set >> d & 1) != 0 ? f - MilliOf(podClass) : f)];
            if (left.All(f => f >= 0) && DevicesPack(mix, at + 1, left))
            {
                return true;
            }
        }

        return false;
    }
}
