namespace GpuScheduler.Cluster;

/// <summary>
/// The domains of a cluster as a tree: rack r1 of zone a is another domain than rack r1 of zone b. A node without a level hangs below the next broader domain that
/// it has. Domains are numbered from the root down, each before those inside it, and nodes stand in the same order, neighbours side by side: a domain is a range of both.
/// Never changes; <see cref="Of"/> makes another one where the nodes have changed.
/// </summary>
public sealed class DomainTree
{
    /// <summary>The whole cluster, which is a domain of no level.</summary>
    public const int Root = 0;

    private readonly Dictionary<(int Parent, int Level, string Value), int> _index;
    private readonly TopologyOverlay _overlay;
    private readonly int[] _parents, _levels, _ends, _firstNodes, _directEnds, _lastNodes;
    private readonly string[] _values;
    private readonly int[] _domainOfNode, _positions, _nodes;
    private readonly int[][] _ofLevel;

    /// <summary>The nodes that it was made from, as the stamps of their blocks.</summary>
    private readonly long[] _stamps;
    private NodeDirectory _directory;

    private DomainTree(ClusterView view, TopologyLevels levels, TopologyOverlay overlay)
    {
        Levels = levels;
        _overlay = overlay;
        _directory = view.Directory;
        _stamps = StampsOf(view);
        Sketch sketch = new(view, levels, overlay);
        int count = sketch.Domains.Count;
        _index = new(count);
        _parents = new int[count];
        _levels = new int[count];
        _ends = new int[count];
        _firstNodes = new int[count];
        _directEnds = new int[count];
        _lastNodes = new int[count];
        _values = new string[count];
        _domainOfNode = new int[view.Blocks.Length * Block.Size];
        _positions = new int[_domainOfNode.Length];
        _nodes = new int[view.NodeCount];
        Array.Fill(_domainOfNode, -1);
        Array.Fill(_positions, -1);
        int domains = 0, nodes = 0;
        Number(sketch, view, 0, -1, ref domains, ref nodes);
        _ofLevel = new int[levels.Keys.Length][];
        for (int level = 0; level < _ofLevel.Length; level++)
        {
            _ofLevel[level] = [.. Enumerable.Range(0, count).Where(d => _levels[d] == level)];
        }
    }

    public TopologyLevels Levels { get; }

    /// <summary>How many domains, the root included; single nodes are none.</summary>
    public int Count => _parents.Length;

    /// <summary>All nodes, in the order of the tree.</summary>
    public ReadOnlySpan<int> Nodes => _nodes;

    /// <summary>Domains of a level. There are none of <see cref="TopologyLevels.Hostname"/>, whose domains are the nodes.</summary>
    public ReadOnlySpan<int> DomainsOf(int level) => _ofLevel[level];

    /// <summary>The next broader domain; -1 for the root.</summary>
    public int ParentOf(int domain) => _parents[domain];

    /// <summary>Number of a domain's level; -1 for the root.</summary>
    public int LevelOf(int domain) => _levels[domain];

    /// <summary>The number after the last domain inside; the domains inside are those from <paramref name="domain"/> + 1 up to it.</summary>
    public int EndOf(int domain) => _ends[domain];

    /// <summary>Place of the first node in <see cref="Nodes"/>.</summary>
    public int FirstNodeOf(int domain) => _firstNodes[domain];

    /// <summary>Place after the last of the nodes that are in no narrower domain; they come first.</summary>
    public int DirectEndOf(int domain) => _directEnds[domain];

    /// <summary>Place after the last node.</summary>
    public int LastNodeOf(int domain) => _lastNodes[domain];

    /// <summary>The narrowest domain of a node; -1 where there is no such node.</summary>
    public int DomainOf(int node) => node < _domainOfNode.Length ? _domainOfNode[node] : -1;

    /// <summary>Place of a node in <see cref="Nodes"/>.</summary>
    public int PositionOf(int node) => _positions[node];

    /// <summary>The domain of a level that holds a node; -1 where it is in none.</summary>
    public int DomainAt(int node, int level) => AncestorAt(DomainOf(node), level);

    /// <summary>The domain of a level that holds a domain, or is it; -1 where none does.</summary>
    public int AncestorAt(int domain, int level)
    {
        while (domain > Root && _levels[domain] > level)
        {
            domain = _parents[domain];
        }

        return domain > Root && _levels[domain] == level ? domain : -1;
    }

    /// <summary>The narrowest domain that holds both.</summary>
    public int CommonOf(int domain, int other)
    {
        while (domain != other)
        {
            (domain, other) = domain > other ? (_parents[domain], other) : (domain, _parents[other]);
        }

        return domain;
    }

    /// <summary>Values of a domain and the broader ones, from broad to narrow, joined by "/"; empty for the root.</summary>
    public string PathOf(int domain) => domain == Root ? ""
        : _parents[domain] == Root ? _values[domain]
        : $"{PathOf(_parents[domain])}/{_values[domain]}";

    /// <summary>Value of a domain's own label; empty for the root.</summary>
    public string ValueOf(int domain) => _values[domain];

    /// <summary>The tree of a state: <paramref name="previous"/> itself where its nodes stand where they stood.</summary>
    public static DomainTree Of(ClusterView view, TopologyLevels levels, TopologyOverlay overlay, DomainTree? previous = null) =>
        previous is not null && previous.Holds(view, levels, overlay) ? previous : new DomainTree(view, levels, overlay);

    /// <summary>Checks that ranges nest, and that every node is where its labels say. For tests: it costs a walk over everything.</summary>
    /// <exception cref="InvalidOperationException">An invariant is broken.</exception>
    public void AssertInvariants(ClusterView view)
    {
        for (int domain = 1; domain < Count; domain++)
        {
            int parent = _parents[domain];
            Check(parent < domain && _ends[domain] <= _ends[parent] && _levels[domain] > _levels[parent], $"domain {PathOf(domain)} is not inside its parent");
            Check(_firstNodes[domain] >= _directEnds[parent] && _lastNodes[domain] <= _lastNodes[parent], $"nodes of {PathOf(domain)} are not its parent's");
            Check(_firstNodes[domain] < _lastNodes[domain], $"domain {PathOf(domain)} has no node");
        }

        Check(_nodes.Length == view.NodeCount, $"{_nodes.Length} of {view.NodeCount} nodes are in it");
        for (int place = 0; place < _nodes.Length; place++)
        {
            int node = _nodes[place], domain = _domainOfNode[node];
            Check(_positions[node] == place && place >= _firstNodes[domain] && place < _directEnds[domain], $"node {view.NodeAt(node)} is not in its domain");
            Check(domain == Find(view, node), $"node {view.NodeAt(node)} is not where its labels say");
        }

        static void Check(bool holds, string message)
        {
            if (!holds)
            {
                throw new InvalidOperationException(message);
            }
        }
    }

    private static long[] StampsOf(ClusterView view)
    {
        long[] stamps = new long[view.Blocks.Length];
        for (int b = 0; b < stamps.Length; b++)
        {
            stamps[b] = view.Blocks[b].Nodes.Stamp;
        }

        return stamps;
    }

    private bool Holds(ClusterView view, TopologyLevels levels, TopologyOverlay overlay)
    {
        if (!ReferenceEquals(levels, Levels) || !ReferenceEquals(overlay, _overlay))
        {
            return false;
        }

        if (ReferenceEquals(view.Directory, _directory))
        {
            return true;
        }

        if (view.Blocks.Length != _stamps.Length || view.NodeCount != _nodes.Length)
        {
            return false;
        }

        for (int b = 0; b < _stamps.Length; b++)
        {
            BlockNodes nodes = view.Blocks[b].Nodes;
            if (nodes.Stamp == _stamps[b])
            {
                continue;
            }

            // Most updates of nodes leave their labels alone.
            foreach (int lane in new Lanes(nodes.Present))
            {
                int node = (b * Block.Size) + lane;
                if (_domainOfNode[node] < 0 || _domainOfNode[node] != Find(view, node))
                {
                    return false;
                }
            }

            _stamps[b] = nodes.Stamp;
        }

        _directory = view.Directory;
        return true;
    }

    /// <summary>The narrowest domain of a node by its labels now; -1 where that domain does not exist yet.</summary>
    private int Find(ClusterView view, int node)
    {
        int domain = Root;
        Node at = view.NodeAt(node);
        for (int level = 0; level < Levels.Keys.Length - 1; level++)
        {
            if (_overlay.ValueOf(Levels.Keys[level], at) is { } value && !_index.TryGetValue((domain, level, value), out domain))
            {
                return -1;
            }
        }

        return domain;
    }

    private void Number(Sketch sketch, ClusterView view, int from, int parent, ref int domains, ref int nodes)
    {
        int domain = domains++;
        Sketch.Domain source = sketch.Domains[from];
        _parents[domain] = parent;
        _levels[domain] = source.Level;
        _values[domain] = source.Value;
        if (parent >= 0)
        {
            _index.Add((parent, source.Level, source.Value), domain);
        }

        _firstNodes[domain] = nodes;
        source.Nodes.Sort((a, b) => NaturalOrder.Instance.Compare(view.NodeAt(a).Name, view.NodeAt(b).Name));
        foreach (int node in source.Nodes)
        {
            _domainOfNode[node] = domain;
            _positions[node] = nodes;
            _nodes[nodes++] = node;
        }

        _directEnds[domain] = nodes;
        foreach (int inner in source.Inner.OrderBy(i => sketch.Domains[i].Level).ThenBy(i => sketch.Domains[i].Value, NaturalOrder.Instance))
        {
            Number(sketch, view, inner, domain, ref domains, ref nodes);
        }

        _ends[domain] = domains;
        _lastNodes[domain] = nodes;
    }

    /// <summary>Domains as they are found, node by node.</summary>
    private sealed class Sketch
    {
        private readonly Dictionary<(int Parent, int Level, string Value), int> _index = [];

        /// <summary>By level, where the last node was that has it: neighbours are mostly in the same domain.</summary>
        private readonly int[] _last;

        public Sketch(ClusterView view, TopologyLevels levels, TopologyOverlay overlay)
        {
            Domains.Add(new Domain(-1, -1, ""));
            _last = new int[levels.Keys.Length];
            int[] keys = [.. levels.Keys.Select(k => view.Vocabulary.LabelKeys.Intern(k))];
            bool[] overlaid = [.. levels.Keys.Select(overlay.Keys.Contains)];
            List<int> present = [];
            for (int b = 0; b < view.Blocks.Length; b++)
            {
                BlockNodes nodes = view.Blocks[b].Nodes;
                present.Clear();
                for (int level = 0; level < keys.Length - 1; level++)
                {
                    if (overlaid[level] || nodes.WithLabelKey(keys[level]) != 0)
                    {
                        present.Add(level);
                    }
                }

                foreach (int lane in new Lanes(nodes.Present))
                {
                    int domain = Root;
                    foreach (int level in present)
                    {
                        domain = overlay.ValueOf(levels.Keys[level], nodes[lane]) is { } value ? Inner(domain, level, value) : domain;
                    }

                    Domains[domain].Nodes.Add((b * Block.Size) + lane);
                }
            }
        }

        public List<Domain> Domains { get; } = [];

        private int Inner(int parent, int level, string value)
        {
            Domain last = Domains[_last[level]];
            if (last.Level == level && last.Parent == parent && last.Value == value)
            {
                return _last[level];
            }

            if (!_index.TryGetValue((parent, level, value), out int domain))
            {
                domain = Domains.Count;
                _index.Add((parent, level, value), domain);
                Domains.Add(new Domain(parent, level, value));
                Domains[parent].Inner.Add(domain);
            }

            return _last[level] = domain;
        }

        internal sealed record Domain(int Parent, int Level, string Value)
        {
            public List<int> Inner { get; } = [];

            public List<int> Nodes { get; } = [];
        }
    }
}
