using System.Numerics;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>
/// The score and tie key of every block's best node, and the best of all: higher score wins, then lower tie key, then lower block. A tournament of two
/// rounds: between two questions some dozen blocks change of thousands, and few of them win or lose in their group.
/// </summary>
internal sealed class BlockBests
{
    /// <summary>As many as a block has lanes, so that the best of a group is found as the best of a block's lanes is.</summary>
    private const int GroupSize = Block.Size;

    private const int Absent = int.MinValue;
    private const int None = -1, Unknown = -2;

    /// <summary>In the place of a tie key: it is read once it decides something. Where a node has this very key, that is for nothing.</summary>
    private const ulong Unread = ulong.MaxValue;

    private static readonly Group Nobody = new(Absent, 0, None);

    private int[] _scores = [];
    private ulong[] _ties = [];
    private Group[] _groups = [];

    public int ScoreOf(int block) => _scores[block];

    /// <summary>Has what <see cref="ScoreOf"/> answers read.</summary>
    public void Prefetch(int block) => CacheLines.Prefetch(ref _scores[block]);

    /// <summary>Makes room for blocks 0 to <paramref name="blocks"/> - 1, all of them without a node.</summary>
    public void Reset(int blocks)
    {
        int groups = (blocks + GroupSize - 1) / GroupSize;
        if (groups != _groups.Length)
        {
            _scores = new int[groups * GroupSize];
            _ties = new ulong[groups * GroupSize];
            _groups = new Group[groups];
        }

        Array.Fill(_scores, Absent);
        Array.Fill(_groups, Nobody);
    }

    /// <summary>
    /// Sets a block's best node without asking whether it wins: <see cref="FindWinnersAgain"/> has to follow. Any thread, one a block.
    /// </summary>
    public void Put(int block, int score) => (_scores[block], _ties[block]) = (score, Unread);

    /// <summary>The same for a block without a node.</summary>
    public void PutNone(int block) => _scores[block] = Absent;

    public void FindWinnersAgain()
    {
        foreach (ref Group group in _groups.AsSpan())
        {
            group.Winner = Unknown;
        }
    }

    /// <summary>Sets a block's best node.</summary>
    public void Set(int block, int score, ulong tie)
    {
        (_scores[block], _ties[block]) = (score, tie);
        ref Group group = ref _groups[block / GroupSize];
        Group mine = new(score, tie, block);
        if (group.Winner != Unknown && !group.Beats(mine))
        {
            group = mine;
        }
        else if (group.Winner == block)
        {
            // It was better: another may be the best now.
            group.Winner = Unknown;
        }
    }

    /// <summary>The block has no node.</summary>
    public void Clear(int block)
    {
        _scores[block] = Absent;
        ref Group group = ref _groups[block / GroupSize];
        group.Winner = group.Winner == block ? Unknown : group.Winner;
    }

    /// <summary>The winning block, or -1 where no block has a node.</summary>
    /// <param name="blocks">The blocks, for tie keys that have not been read.</param>
    /// <param name="entries">Their best lanes.</param>
    public int Winner(ReadOnlySpan<Block> blocks, ReadOnlySpan<BlockMemo> entries)
    {
        Group best = Nobody;
        for (int g = 0; g < _groups.Length; g++)
        {
            ref Group group = ref _groups[g];
            if (group.Winner == Unknown)
            {
                group = BestOf(g * GroupSize, blocks, entries);
            }

            best = best.Beats(group) ? best : group;
        }

        return best.Winner;
    }

    private Group BestOf(int first, ReadOnlySpan<Block> blocks, ReadOnlySpan<BlockMemo> entries)
    {
        ReadOnlySpan<int> scores = _scores.AsSpan(first, GroupSize);
        ulong best = LaneTotals.AllBest(scores, ulong.MaxValue);
        if (scores[BitOperations.TrailingZeroCount(best)] == Absent)
        {
            return Nobody;
        }

        foreach (int i in new Lanes(best))
        {
            ref ulong tie = ref _ties[first + i];
            tie = tie == Unread ? blocks[first + i].Nodes.TieKeys[entries[first + i].BestLane] : tie;
        }

        int winner = first + LaneTotals.LowestTie(_ties.AsSpan(first, GroupSize), best);
        return new Group(_scores[winner], _ties[winner], winner);
    }

    /// <summary>The best block of a group.</summary>
    private record struct Group(int Score, ulong Tie, int Winner)
    {
        public readonly bool Beats(in Group other) =>
            Score > other.Score || (Score == other.Score && (Tie < other.Tie || (Tie == other.Tie && Winner < other.Winner)));
    }
}
