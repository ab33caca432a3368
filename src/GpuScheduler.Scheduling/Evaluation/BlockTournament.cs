using System.Numerics;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Keeps the best of many blocks' best nodes. Changing one block costs at most the logarithm of their number, and mostly less: the way up ends where
/// the same block wins as before. Higher score wins, then lower tie key, then lower block.
/// </summary>
internal sealed class BlockTournament
{
    private const long Absent = long.MinValue;

    /// <summary>
    /// Winners of subtrees; the root is at 1, the leaves start at <see cref="_leaves"/>. Siblings lie side by side, mostly on one cache line.
    /// </summary>
    private Entrant[] _tree = [];
    private int _leaves;

    /// <summary>The winning block, or -1 where no block has a node.</summary>
    public int Winner => _leaves == 0 || _tree[1].Score == Absent ? -1 : _tree[1].Block;

    public long ScoreOf(int block) => _tree[_leaves + block].Score;

    /// <summary>Makes room for blocks 0 to <paramref name="blocks"/> - 1, all of them without a node.</summary>
    public void Reset(int blocks)
    {
        // Two at least, so that the root is no leaf.
        int leaves = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, blocks));
        if (leaves != _leaves)
        {
            _leaves = leaves;
            _tree = new Entrant[leaves * 2];
        }

        for (int i = 0; i < leaves; i++)
        {
            _tree[leaves + i] = new Entrant { Score = Absent, Block = i };
        }

        Rebuild();
    }

    /// <summary>Sets a block's best node without looking for the winner: call <see cref="Rebuild"/> after many of these.</summary>
    public void SetLazily(int block, bool exists, long score, ulong tie)
    {
        ref Entrant leaf = ref _tree[_leaves + block];
        leaf.Score = exists ? score : Absent;
        leaf.Tie = tie;
    }

    /// <summary>Sets a block's best node.</summary>
    public void Set(int block, bool exists, long score, ulong tie)
    {
        SetLazily(block, exists, score, tie);
        for (int at = (_leaves + block) >> 1; at >= 1; at >>= 1)
        {
            ref readonly Entrant better = ref Better(at * 2);
            ref Entrant winner = ref _tree[at];
            if (winner.Block == better.Block && winner.Score == better.Score && winner.Tie == better.Tie)
            {
                return;
            }

            winner = better;
        }
    }

    public void Rebuild()
    {
        for (int at = _leaves - 1; at >= 1; at--)
        {
            _tree[at] = Better(at * 2);
        }
    }

    /// <summary>The better of two siblings; the left one on equality, whose blocks are the lower ones.</summary>
    private ref readonly Entrant Better(int left)
    {
        ref Entrant a = ref _tree[left], b = ref _tree[left + 1];
        return ref a.Score > b.Score || (a.Score == b.Score && a.Tie <= b.Tie) ? ref a : ref b;
    }

    private struct Entrant
    {
        public long Score;
        public ulong Tie;
        public int Block;
    }
}
