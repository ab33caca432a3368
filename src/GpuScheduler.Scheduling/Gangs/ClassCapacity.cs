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
    private long _scoresEpoch = -1;
    private long _epoch = -1;

    public ClassMemo Memo => memo;

    /// <summary>By node.</summary>
    public ReadOnlySpan<short> Counts => _counts;

    /// <summary>By domain of the tree that was asked about last.</summary>
    public ReadOnlySpan<int> Sums => _sums;

    public long Bytes => (_counts.Length * sizeof(short)) + (_sums.Length * sizeof(int)) + (_stamps.Length * 2 * sizeof(long));

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
            Array.Fill(_stamps, -1);
            _tree = null;
        }

        if (_scoresEpoch != memo.ScoresEpoch)
        {
            _scoresEpoch = memo.ScoresEpoch;
            Array.Clear(_best);
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
                known[lane] = count;
                for (int domain = tree?.DomainOf((b * Block.Size) + lane) ?? -1; domain >= 0; domain = tree!.ParentOf(domain))
                {
                    _sums[domain] += difference;
                }
            }
        }
    }

    private void Sum(DomainTree tree)
    {
        _tree = tree;
        if (_sums.Length != tree.Count)
        {
            _sums = new int[tree.Count];
        }

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
