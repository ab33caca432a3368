namespace GpuScheduler.Scheduling;

/// <summary>
/// Places the minimum of a group of pods. Where not all of them are needed and they are not alike, it tries which: the first by rank, then every other mix of classes.
/// </summary>
internal sealed class MixGoal(SearchPart part, Goal? next) : Goal(next)
{
    public override bool Solve(GangSearch search)
    {
        int waiting = part.Waiting.Sum(w => w.Count);
        int needed = Math.Min(part.Needed, waiting);
        int[] first = FirstByRank(needed);
        if (search.Run(Fill(search, first)))
        {
            return true;
        }

        return needed < waiting && part.Waiting.Count(w => w.Count > 0) > 1 && TryOthers(search, first, new int[first.Length], 0, needed);
    }

    private bool TryOthers(GangSearch search, int[] first, int[] mix, int at, int left)
    {
        if (search.IsOver)
        {
            return false;
        }

        if (at == mix.Length)
        {
            return left == 0 && !mix.AsSpan().SequenceEqual(first) && search.Run(Fill(search, mix));
        }

        for (int count = Math.Min(left, part.Waiting[at].Count); count >= 0; count--)
        {
            mix[at] = count;
            if (TryOthers(search, first, mix, at + 1, left - count))
            {
                return true;
            }
        }

        return false;
    }

    private int[] FirstByRank(int needed)
    {
        int[] mix = new int[part.Waiting.Length];
        foreach (int c in part.RankOrder.Take(needed))
        {
            mix[c]++;
        }

        return mix;
    }

    /// <summary>The classes that take the most first: they are the hardest to place.</summary>
    private Goal? Fill(GangSearch search, int[] mix)
    {
        Goal? goal = Next;
        for (int i = search.ByDemand.Length - 1; i >= 0; i--)
        {
            int c = search.ByDemand[i];
            goal = mix[c] > 0 ? new FillGoal(part, c, mix[c], goal) : goal;
        }

        return goal;
    }
}
