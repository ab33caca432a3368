using System.Numerics;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Keeps the best of many blocks' best nodes: changing one block costs the logarithm of their number.
/// Higher score wins, then lower tie key, then lower block.
/// </summary>
internal sealed class BlockTournament
{
    private const long Absent = long.MinValue;

    private long[] _scores = [];
    private ulong[] _ties = [];

    /// <summary>Winner of the subtree, by block; the leaves start at <see cref="_leaves"/>.</summary>
    private int[] _winners = [];
    private int _leaves;

    /// <summary>The winning block, or -1 where no block has a node.</summary>
    public int Winner => _leaves == 0 || _scores[_winners[1]] == Absent ? -1 : _winners[1];

    public long ScoreOf(int block) => _scores[block];

    /// <summary>Makes room for blocks 0 to <paramref name="blocks"/> - 1, all of them without a node.</summary>
    public void Reset(int blocks)
    {
        int leaves = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, blocks));
        if (leaves != _leaves)
        {
            _leaves = leaves;
            _scores = new long[leaves];
            _ties = new ulong[leaves];
            _winners = new int[leaves * 2];
        }

        Array.Fill(_scores, Absent);
        for (int i = 0; i < leaves; i++)
        {
            _winners[leaves + i] = i;
        }

        Rebuild();
    }

    /// <summary>Sets a block's best node without looking for the winner: call <see cref="Rebuild"/> after many of these.</summary>
    public void SetLazily(int block, bool exists, long score, ulong tie)
    {
        _scores[block] = exists ? score : Absent;
        _ties[block] = tie;
    }

    /// <summary>Sets a block's best node.</summary>
    public void Set(int block, bool exists, long score, ulong tie)
    {
        SetLazily(block, exists, score, tie);
        for (int at = (_leaves + block) >> 1; at >= 1; at >>= 1)
        {
            _winners[at] = Better(_winners[at * 2], _winners[(at * 2) + 1]);
        }
    }

    public void Rebuild()
    {
        for (int at = _leaves - 1; at >= 1; at--)
        {
            _winners[at] = Better(_winners[at * 2], _winners[(at * 2) + 1]);
        }

        if (_leaves == 1)
        {
            _winners[1] = 0;
        }
    }

    private int Better(int a, int b)
    {
        long x = _scores[a], y = _scores[b];
        return x > y || (x == y && (_ties[a] < _ties[b] || (_ties[a] == _ties[b] && a < b))) ? a : b;
    }
}
