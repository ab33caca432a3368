namespace GpuScheduler.Cluster;

/// <summary>
/// A private fork of a snapshot: trial placements and removals that nobody else sees. The first write to a block copies it, further
/// writes change that copy in place. A draft is dropped, or given whole to <see cref="ClusterWriter.Commit"/>. One thread at a time uses it.
/// </summary>
public sealed class Draft : ClusterView
{
    private readonly StampSource _stampSource;
    private readonly bool _isMain;
    private readonly List<Change> _changes = [];
    private object _owner = new();
    private Block[] _blocks;
    private long[] _stamps;
    private bool _ownsArrays;

    /// <summary>How many changes were made before those in <see cref="_changes"/>; may wrap around, marks are only subtracted from it.</summary>
    private int _settled;
    private NodeDirectory _directory;
    private ImageSpread _images;

    internal Draft(Snapshot start, StampSource stampSource, bool isMain)
        : base(start.Vocabulary)
    {
        Start = start;
        _stampSource = stampSource;
        _isMain = isMain;
        _blocks = start.BlockArray;
        _stamps = start.StampArray;
        _directory = start.Directory;
        _images = start.Images;
        Log = isMain ? new ChangeLog() : null;
    }

    /// <summary>The snapshot that this draft was forked from.</summary>
    public Snapshot Start { get; private set; }

    public override ReadOnlySpan<Block> Blocks => _blocks;

    public override ReadOnlySpan<long> Stamps => _stamps;

    public override ChangeLog? Log { get; }

    public override NodeDirectory Directory => _directory;

    public override ImageSpread Images => _images;

    /// <summary>True where something was written since the fork or the last seal, taken back or not.</summary>
    internal bool IsChanged { get; private set; }

    /// <summary>The changes made since the fork, in order; what <see cref="RollBack"/> and a commit work from.</summary>
    internal List<Change> Changes => _changes;

    /// <summary>Puts a pod on a node and gives it devices there.</summary>
    /// <exception cref="InvalidOperationException">The devices do not have what the pod takes, or there is no such node.</exception>
    public void Place(int node, Pod pod, PodClass podClass, DeviceSet devices)
    {
        Require(node, pod);
        if (!BlockOf(node).CanTake(node % Block.Size, podClass.Devices, devices))
        {
            throw new InvalidOperationException($"node {NodeAt(node).Name}: devices {{{devices}}} do not have what {pod} takes of them");
        }

        Add(node, new Placement(pod, podClass, devices));
        _changes.Add(new Change(node, new Placement(pod, podClass, devices), IsRemoval: false));
    }

    /// <summary>
    /// Puts a pod on a node without giving it any device: for a bound pod of which nobody knows what devices it holds.
    /// </summary>
    public void PlaceWithoutDevices(int node, Pod pod, PodClass podClass)
    {
        Require(node, pod);
        Placement placement = new(pod, podClass, DeviceSet.Empty);
        Add(node, placement);
        _changes.Add(new Change(node, placement, IsRemoval: false));
    }

    /// <summary>
    /// Puts a pod that is bound already on its node with the devices that its annotation states. Of those it holds what is there and free;
    /// the rest is noted as missing, and held as soon as the node's state is set anew and offers it.
    /// </summary>
    /// <returns>The missing devices; empty: it holds all that were stated.</returns>
    public DeviceSet PlaceAsStated(int node, Pod pod, PodClass podClass, DeviceSet stated)
    {
        Require(node, pod);
        Placement placement = BlockOf(node).OnDevicesOf(node % Block.Size, new Placement(pod, podClass, DeviceSet.Empty, stated));
        Add(node, placement);
        _changes.Add(new Change(node, placement, IsRemoval: false));
        return placement.Missing;
    }

    /// <summary>Takes a pod off a node.</summary>
    /// <exception cref="InvalidOperationException">The pod is not on that node.</exception>
    public void Remove(int node, Pod pod)
    {
        Require(node, pod);
        if (!TryRemove(node, pod))
        {
            throw new InvalidOperationException($"pod {pod} is not on node {NodeAt(node).Name}");
        }
    }

    /// <summary>Takes a pod off a node.</summary>
    /// <returns>False where it is not there, or there is no such node.</returns>
    public bool TryRemove(int node, Pod pod)
    {
        if (!HasNode(node) || !IsOn(node, pod))
        {
            return false;
        }

        _changes.Add(new Change(node, Take(node, pod), IsRemoval: true));
        return true;
    }

    /// <summary>A point to <see cref="RollBack"/> to, until what was done before it is settled, published, reset or rolled back.</summary>
    public int Mark() => unchecked(_settled + _changes.Count);

    /// <summary>Takes back everything done since <paramref name="mark"/>, newest first.</summary>
    /// <exception cref="InvalidOperationException">The mark holds no longer.</exception>
    public void RollBack(int mark)
    {
        int kept = unchecked(mark - _settled);
        if ((uint)kept > (uint)_changes.Count)
        {
            throw new InvalidOperationException(
                "what was done since this mark was settled, published, reset or rolled back since, or a node changed: take a new mark");
        }

        for (int i = _changes.Count - 1; i >= kept; i--)
        {
            Change change = _changes[i];
            if (change.IsRemoval)
            {
                Add(change.Node, change.Placement);
            }
            else
            {
                Take(change.Node, change.Placement.Pod);
            }
        }

        _changes.RemoveRange(kept, _changes.Count - kept);
    }

    /// <summary>Starts over from another snapshot; the memory of the earlier trial is used again.</summary>
    /// <exception cref="InvalidOperationException">This is the writer's draft, whose history only goes on.</exception>
    /// <exception cref="ArgumentException">The snapshot is of another cluster.</exception>
    public void Reset(Snapshot start)
    {
        if (_isMain)
        {
            throw new InvalidOperationException("the writer's draft cannot start over: others know its states by their stamps");
        }

        if (!ReferenceEquals(start.Vocabulary, Vocabulary))
        {
            throw new ArgumentException("the snapshot is of another cluster", nameof(start));
        }

        Start = start;
        ForgetChanges();
        IsChanged = false;
        _owner = new object();
        _directory = start.Directory;
        _images = start.Images;
        if (_ownsArrays && _blocks.Length == start.BlockArray.Length)
        {
            start.BlockArray.CopyTo(_blocks, 0);
            start.StampArray.CopyTo(_stamps, 0);
            return;
        }

        _blocks = start.BlockArray;
        _stamps = start.StampArray;
        _ownsArrays = false;
    }

    /// <summary>Writer only: makes what the draft holds a snapshot; later writes copy again.</summary>
    internal Snapshot Seal(long revision)
    {
        Snapshot snapshot = new(Vocabulary, revision, [.. _blocks], [.. _stamps], _directory, _images);
        _owner = new object();
        ForgetChanges();
        IsChanged = false;
        Start = snapshot;
        return snapshot;
    }

    /// <summary>Settles what was done: it can no longer be rolled back, and the log of it takes no room.</summary>
    public void Settle()
    {
        if (!_isMain)
        {
            throw new InvalidOperationException("only the writer's draft can settle: a fork is committed from its log");
        }

        ForgetChanges();
    }

    /// <summary>Writer only: puts a whole block in place, because its nodes changed.</summary>
    internal void Replace(int index, BlockNodes nodes)
    {
        OwnArrays(Math.Max(_blocks.Length, index + 1));
        IsChanged = true;
        long stamp = nodes.Stamp;
        Block block = _blocks[index] is { } old ? old.Over(nodes, stamp, _owner) : new Block(nodes, stamp, _owner);
        _blocks[index] = block;
        Note(index * Block.Size, block);
    }

    /// <summary>Writer only: after nodes came, changed or went. What was done on nodes as they were cannot be taken back.</summary>
    internal void SetAcross(NodeDirectory directory, ImageSpread images)
    {
        ForgetChanges();
        _directory = directory;
        _images = images;
    }

    private void Add(int node, in Placement placement)
    {
        Block block = Writable(node / Block.Size);
        block.Add(node % Block.Size, placement, _stampSource.Next());
        Note(node, block);
    }

    private Placement Take(int node, Pod pod)
    {
        Block block = Writable(node / Block.Size);
        if (!block.Remove(node % Block.Size, pod, _stampSource.Next(), out Placement removed))
        {
            throw new InvalidOperationException($"pod {pod} is not on node {block.Nodes[node % Block.Size].Name}");
        }

        Note(node, block);
        return removed;
    }

    /// <summary>Tells readers of stamps and of the log that a node changed, or with its block all of them.</summary>
    private void Note(int node, Block block)
    {
        _stamps[node / Block.Size] = block.Stamp;
        Log?.Add(node);
    }

    private Block Writable(int index)
    {
        IsChanged = true;
        Block block = _blocks[index];
        if (ReferenceEquals(block.Owner, _owner))
        {
            return block;
        }

        OwnArrays(_blocks.Length);

        // The writer's copies carry its one line of history on; another draft's copy starts its own.
        return _blocks[index] = block.CopyFor(_owner, _isMain ? block.Chain : _stampSource.Next());
    }

    private void ForgetChanges()
    {
        _settled = unchecked(_settled + _changes.Count);
        _changes.Clear();
    }

    private void OwnArrays(int length)
    {
        if (_ownsArrays && _blocks.Length == length)
        {
            return;
        }

        Block[] blocks = new Block[length];
        long[] stamps = new long[length];
        _blocks.CopyTo(blocks, 0);
        _stamps.CopyTo(stamps, 0);
        (_blocks, _stamps, _ownsArrays) = (blocks, stamps, true);
    }

    private void Require(int node, Pod pod)
    {
        if (!HasNode(node))
        {
            throw new InvalidOperationException($"pod {pod}: there is no node with index {node}");
        }
    }

    private bool HasNode(int node) =>
        (uint)node < (uint)(_blocks.Length * Block.Size) && (BlockOf(node).Nodes.Present >> (node % Block.Size) & 1) != 0;

    /// <summary>Asked before a removal, so that one that finds nothing copies no block.</summary>
    private bool IsOn(int node, Pod pod)
    {
        foreach (Placement placement in BlockOf(node).PlacementsOn(node % Block.Size))
        {
            if (ReferenceEquals(placement.Pod, pod))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>One placement or removal.</summary>
    internal readonly record struct Change(int Node, Placement Placement, bool IsRemoval);
}
