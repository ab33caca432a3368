namespace GpuScheduler.Scheduling;

/// <summary>
/// The score and tie key of every block's best node, side by side, so that the best of all is one scan: higher score wins, then lower tie key, then
/// lower block. Where some dozen blocks change between two questions, that costs less than keeping a tree of them in order, and touches less memory.
/// </summary>
internal sealed class BlockBests
{
    private const long Absent = long.MinValue;

    private long[] _scores = [];
    private ulong[] _ties = [];

    public long ScoreOf(int block) => _scores[block];

    /// <summary>Makes room for blocks 0 to <paramref name="blocks"/> - 1, all of them without a node.</summary>
    public void Reset(int blocks)
    {
        if (blocks != _scores.Length)
        {
            _scores = new long[blocks];
            _ties = new ulong[blocks];
        }

        Array.Fill(_scores, Absent);
    }

    /// <summary>Sets a block's best node.</summary>
    public void Set(int block, long score, ulong tie) => (_scores[block], _ties[block]) = (score, tie);

    /// <summary>The block has no node.</summary>
    public void Clear(int block) => _scores[block] = Absent;

    /// <summary>The winning block, or -1 where no block has a node.</summary>
    public int Winner()
    {
        // The library's Max and IndexOf use vectors.
        long best = _scores.Length == 0 ? Absent : _scores.Max();
        if (best == Absent)
        {
            return -1;
        }

        int winner = Array.IndexOf(_scores, best);
        for (int b = winner + 1; b < _scores.Length; b++)
        {
            if (_scores[b] != best)
            {
                int skip = _scores.AsSpan(b).IndexOf(best);
                if (skip < 0)
                {
                    break;
                }

                b += skip;
            }

            winner = _ties[b] < _ties[winner] ? b : winner;
        }

        return winner;
    }
}
