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
    public int Winner()
    {
        Group best = Nobody;
        for (int g = 0; g < _groups.Length; g++)
        {
            ref Group group = ref _groups[g];
            if (group.Winner == Unknown)
            {
                group = BestOf(g * GroupSize);
            }

            best = best.Beats(group) ? best : group;
        }

        return best.Winner;
    }

    private Group BestOf(int first)
    {
        int winner = first + LaneTotals.Best(_scores.AsSpan(first, GroupSize), _ties.AsSpan(first, GroupSize), ulong.MaxValue);
        return _scores[winner] == Absent ? Nobody : new Group(_scores[winner], _ties[winner], winner);
    }

    /// <summary>The best block of a group.</summary>
    private record struct Group(int Score, ulong Tie, int Winner)
    {
        public readonly bool Beats(in Group other) =>
            Score > other.Score || (Score == other.Score && (Tie < other.Tie || (Tie == other.Tie && Winner < other.Winner)));
    }
}
