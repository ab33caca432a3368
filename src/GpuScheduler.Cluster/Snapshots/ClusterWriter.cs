using System.Collections.Frozen;

namespace GpuScheduler.Cluster;

/// <summary>
/// The one writer of a cluster's state. Its thread changes <see cref="Working"/> and publishes; everybody else takes
/// <see cref="Head"/>, which is always a whole, consistent state, without a lock.
/// </summary>
public sealed class ClusterWriter
{
    private readonly StampSource _stampSource = new();
    private readonly Func<string, ulong> _tieKey;
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private readonly SortedSet<int> _freeIndexes = [];

    /// <summary>Set by the writer with a volatile write once the snapshot is complete.</summary>
    private Snapshot _head;

    /// <param name="tieKey">Order among nodes of equal score, from the node's name: the lowest key wins. See <see cref="TieKeys"/>.</param>
    public ClusterWriter(Func<string, ulong> tieKey)
    {
        _tieKey = tieKey;
        Vocabulary = new Vocabulary();
        Classes = new PodClassTable(Vocabulary);
        _head = new Snapshot(Vocabulary, 0, [], [], NodeDirectory.Empty, ImageSpread.Empty);
        Working = new Draft(_head, _stampSource, isMain: true);
    }

    public Vocabulary Vocabulary { get; }

    public PodClassTable Classes { get; }

    /// <summary>The state last published. Any thread.</summary>
    public Snapshot Head => Volatile.Read(ref _head);

    /// <summary>The writer's own working state, ahead of <see cref="Head"/> until <see cref="Publish"/>. Writer's thread only.</summary>
    public Draft Working { get; }

    /// <summary>A fork of the published state. Any thread.</summary>
    public Draft Fork() => new(Head, _stampSource, isMain: false);

    /// <summary>Shows the working state to readers, all at once. Writer's thread only.</summary>
    public Snapshot Publish()
    {
        if (!Working.IsChanged)
        {
            return _head;
        }

        Snapshot snapshot = Working.Seal(_head.Revision + 1);
        Volatile.Write(ref _head, snapshot);
        return snapshot;
    }

    /// <summary>
    /// Applies all changes of a draft to the working state, or none: where a node that the draft used has changed since the fork,
    /// what the draft assumed may no longer hold. Writer's thread only; the draft may come from any.
    /// </summary>
    /// <exception cref="ArgumentException">The draft is not a fork of this cluster.</exception>
    public CommitResult Commit(Draft draft)
    {
        if (ReferenceEquals(draft, Working) || !ReferenceEquals(draft.Vocabulary, Vocabulary))
        {
            throw new ArgumentException("only a fork of this cluster can be committed to it", nameof(draft));
        }

        foreach (Draft.Change change in draft.Changes)
        {
            int index = change.Node / Block.Size;
            Block then = draft.Start.Blocks[index];
            Block now = Working.Blocks[index];
            int lane = change.Node % Block.Size;
            if (then.Stamp != now.Stamp && then.NodeStamps[lane] != now.NodeStamps[lane])
            {
                return new CommitResult(false, change.Node);
            }
        }

        foreach (Draft.Change change in draft.Changes)
        {
            if (change.IsRemoval)
            {
                Working.Remove(change.Node, change.Placement.Pod);
            }
            else if (change.Placement.Devices.IsEmpty || !change.Placement.Missing.IsEmpty)
            {
                Working.PlaceAsStated(
                    change.Node, change.Placement.Pod, change.Placement.Class, change.Placement.Devices.Union(change.Placement.Missing));
            }
            else
            {
                Working.Place(change.Node, change.Placement.Pod, change.Placement.Class, change.Placement.Devices);
            }
        }

        return new CommitResult(true, -1);
    }

    /// <summary>
    /// Adds nodes, or puts another state of a node in the place of the one with its name; what is placed there stays.
    /// Settles what was done in <see cref="Working"/>. Writer's thread only.
    /// </summary>
    public void SetNodes(params IEnumerable<Node> nodes)
    {
        Dictionary<int, Node?[]> touched = [];
        foreach (Node node in (Node[])[.. nodes])
        {
            if (!_indexes.TryGetValue(node.Name, out int index))
            {
                index = _freeIndexes.Count > 0 ? _freeIndexes.Min : _indexes.Count;
                _freeIndexes.Remove(index);
                _indexes.Add(node.Name, index);
            }

            LanesOf(touched, index)[index % Block.Size] = node;
        }

        Rebuild(touched);
    }

    /// <summary>Removes a node and what is placed there. Settles what was done in <see cref="Working"/>. Writer's thread only.</summary>
    /// <returns>False where there is no such node.</returns>
    public bool RemoveNode(string name)
    {
        if (!_indexes.Remove(name, out int index))
        {
            return false;
        }

        _freeIndexes.Add(index);
        Dictionary<int, Node?[]> touched = [];
        LanesOf(touched, index)[index % Block.Size] = null;
        Rebuild(touched);
        return true;
    }

    private Node?[] LanesOf(Dictionary<int, Node?[]> touched, int index)
    {
        int block = index / Block.Size;
        if (!touched.TryGetValue(block, out Node?[]? lanes))
        {
            lanes = block < Working.Blocks.Length ? Working.Blocks[block].Nodes.CopyNodes() : new Node?[Block.Size];
            touched.Add(block, lanes);
        }

        return lanes;
    }

    private void Rebuild(Dictionary<int, Node?[]> touched)
    {
        foreach ((int block, Node?[] lanes) in touched.OrderBy(t => t.Key))
        {
            Working.Replace(block, new BlockNodes(_stampSource.Next(), lanes, Vocabulary, _tieKey));
        }

        long stamp = _stampSource.Next();
        ImageSpread images = ImageSpread.Of(Working.Blocks.ToArray(), Vocabulary, stamp);
        Working.SetAcross(new NodeDirectory(_indexes.ToFrozenDictionary(StringComparer.Ordinal)), images);
    }
}
