using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// How many pods of one class fit on each node, one after another, and in each domain. Kept like the memo it builds on: by stamps, so that only nodes that changed
/// are counted again, and their difference goes up the tree. Exact where all filters can count and devices are chosen well; otherwise an upper bound.
/// </summary>
internal sealed class ClassCapacity(ClassMemo memo)
{
    /// <summary>A node counts for no more than this, so that sums fit.</summary>
    public const short MostPerNode = 4096;

    private readonly short[] _scratch = new short[Block.Size];
    private long[] _stamps = [];
    private long[] _chains = [];
    private short[] _counts = [];
    private int[] _sums = [];
    private DomainTree? _tree;

    /// <summary>By block: the best node of those with the count that was asked about last, as of a stamp.</summary>
    private (long Stamp, short Count, int Lane)[] _best = [];

    /// <summary>How many nodes there are by count, from 1 on.</summary>
    private int[] _nodesWith = [];

    /// <summary>By domain: the score and tie key of its best node.</summary>
    private (bool IsKnown, long Score, ulong Tie)[] _domainBests = [];
    private long _scoresEpoch = -1;
    private long _epoch = -1;

    public ClassMemo Memo => memo;

    /// <summary>By node.</summary>
    public ReadOnlySpan<short> Counts => _counts;

    /// <summary>By domain of the tree that was asked about last.</summary>
    public ReadOnlySpan<int> Sums => _sums;

    /// <summary>About how much memory this takes, bytes.</summary>
    public long Bytes =>
        (_counts.Length * sizeof(short)) + (((_sums.Length * 7) + _nodesWith.Length) * sizeof(int)) + (_stamps.Length * 4 * sizeof(long));

    /// <summary>Counts again what changed; the memo is up to date with the view.</summary>
    public void Refresh(ClusterView view, DomainTree tree, long attempt)
    {
        ReadOnlySpan<long> stamps = view.Stamps;
        if (stamps.Length != _stamps.Length || memo.Epoch != _epoch)
        {
            _epoch = memo.Epoch;
            _stamps = new long[stamps.Length];
            _chains = new long[stamps.Length];
            _counts = new short[stamps.Length * Block.Size];
            _best = new (long, short, int)[stamps.Length];
            _nodesWith = [];
            Array.Fill(_stamps, -1);
            _tree = null;
        }

        if (_scoresEpoch != memo.ScoresEpoch)
        {
            _scoresEpoch = memo.ScoresEpoch;
            Array.Clear(_best);
            Array.Clear(_domainBests);
        }

        bool sumAgain = !ReferenceEquals(tree, _tree);
        ReadOnlySpan<Block> blocks = view.Blocks;
        for (int b = 0; ; b++)
        {
            b += stamps[b..].CommonPrefixLength(_stamps.AsSpan(b));
            if (b >= stamps.Length)
            {
                break;
            }

            Count(view, b, blocks[b], attempt, sumAgain ? null : tree);
        }

        if (sumAgain)
        {
            Sum(tree);
        }
    }

    /// <summary>
    /// The count of the nodes that suit best: the least that takes all that are wanted, otherwise the most that takes those needed; 0: no node has either.
    /// </summary>
    public int CountFor(int needed, int wanted)
    {
        for (int count = wanted; count < _nodesWith.Length; count++)
        {
            if (_nodesWith[count] > 0)
            {
                return count;
            }
        }

        for (int count = Math.Min(wanted, _nodesWith.Length) - 1; count >= needed; count--)
        {
            if (_nodesWith[count] > 0)
            {
                return count;
            }
        }

        return 0;
    }

    /// <summary>The score and the tie key of a domain's best node among those with room; the lowest score there is where none has any.</summary>
    public (long Score, ulong Tie) BestIn(ClusterView view, DomainTree tree, int domain)
    {
        ref (bool IsKnown, long Score, ulong Tie) known = ref _domainBests[domain];
        if (known.IsKnown)
        {
            return (known.Score, known.Tie);
        }

        (long Score, ulong Tie) best = (long.MinValue, 0);
        ReadOnlySpan<int> nodes = tree.Nodes;
        for (int place = tree.FirstNodeOf(domain); place < tree.DirectEndOf(domain); place++)
        {
            int node = nodes[place];
            if (_counts[node] > 0)
            {
                best = Better(best, (memo.ScoreOf(node), view.BlockOf(node).Nodes.TieKeys[node % Block.Size]));
            }
        }

        for (int inner = domain + 1; inner < tree.EndOf(domain); inner = tree.EndOf(inner))
        {
            best = Better(best, BestIn(view, tree, inner));
        }

        known = (true, best.Score, best.Tie);
        return best;

        static (long Score, ulong Tie) Better((long Score, ulong Tie) one, (long Score, ulong Tie) other) =>
            other.Score > one.Score || (other.Score == one.Score && other.Tie < one.Tie) ? other : one;
    }

    /// <summary>The best lane of a block among those with so many pods' room, at least one; -1: none has just that.</summary>
    public int BestWith(Block block, int b, short count)
    {
        ref (long Stamp, short Count, int Lane) best = ref _best[b];
        if (best.Stamp == block.Stamp && best.Count == count)
        {
            return best.Lane;
        }

        int lane = -1;
        long score = 0;
        for (int i = 0; i < Block.Size; i++)
        {
            if (_counts[(b * Block.Size) + i] != count)
            {
                continue;
            }

            long its = memo.ScoreOf((b * Block.Size) + i);
            if (lane < 0 || its > score || (its == score && block.Nodes.TieKeys[i] < block.Nodes.TieKeys[lane]))
            {
                (lane, score) = (i, its);
            }
        }

        best = (block.Stamp, count, lane);
        return lane;
    }

    private void Count(ClusterView view, int b, Block block, long attempt, DomainTree? tree)
    {
        ulong lanes = _chains[b] == block.Chain && _stamps[b] >= 0 && _stamps[b] < block.Stamp
            ? ColumnMask.GreaterThan(block.NodeStamps, _stamps[b])
            : ulong.MaxValue;
        _stamps[b] = block.Stamp;
        _chains[b] = block.Chain;
        ulong feasible = memo.FeasibleIn(b) & lanes;
        Span<short> counts = _scratch;
        counts.Fill(MostPerNode);
        if (feasible != 0)
        {
            foreach (ref readonly FilterSlot slot in memo.Plan.CapacityFilters.AsSpan())
            {
                ((ICapacityPlugin)slot.Plugin).Limit(new PluginContext(memo.Plan.Class, slot.State, view, attempt), block, feasible, counts);
            }
        }

        Span<short> known = _counts.AsSpan(b * Block.Size, Block.Size);
        foreach (int lane in new Lanes(lanes))
        {
            short count = (feasible >> lane & 1) == 0 ? (short)0 : counts[lane];
            int difference = count - known[lane];
            if (difference != 0)
            {
                Note(known[lane], -1);
                Note(count, +1);
                known[lane] = count;
            }

            for (int domain = tree?.DomainOf((b * Block.Size) + lane) ?? -1; domain >= 0; domain = tree!.ParentOf(domain))
            {
                _sums[domain] += difference;
                _domainBests[domain].IsKnown = false;
            }
        }
    }

    private void Note(short count, int nodes)
    {
        if (count == 0)
        {
            return;
        }

        if (count >= _nodesWith.Length)
        {
            Array.Resize(ref _nodesWith, count + 1);
        }

        _nodesWith[count] += nodes;
    }

    private void Sum(DomainTree tree)
    {
        _tree = tree;
        if (_sums.Length != tree.Count)
        {
            _sums = new int[tree.Count];
            _domainBests = new (bool, long, ulong)[tree.Count];
        }

        Array.Clear(_domainBests);
        ReadOnlySpan<int> nodes = tree.Nodes;
        for (int domain = tree.Count - 1; domain >= 0; domain--)
        {
            int sum = 0;
            for (int place = tree.FirstNodeOf(domain); place < tree.DirectEndOf(domain); place++)
            {
                sum += _counts[nodes[place]];
            }

            for (int inner = domain + 1; inner < tree.EndOf(domain); inner = tree.EndOf(inner))
            {
                sum += _sums[inner];
            }

            _sums[domain] = sum;
        }
    }
}
