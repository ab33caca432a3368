namespace GpuScheduler.Scheduling;

/// <summary>Places pods above the parts' own minimums, wherever in a group, until the group's minimum is met.</summary>
internal sealed class MinimumGoal(SearchPart part, Goal? next) : Goal(next)
{
    public override bool Solve(GangSearch search)
    {
        if (part.TakenInAll >= part.Needed)
        {
            return search.Run(Next);
        }

        foreach (SearchPart leaf in part.All)
        {
            if (!leaf.IsLeaf || !leaf.IsEntered)
            {
                continue;
            }

            for (int c = 0; c < leaf.Waiting.Length; c++)
            {
                if (leaf.Taken[c] < leaf.Waiting[c].Count && search.Run(new FillGoal(leaf, c, 1, this)))
                {
                    return true;
                }

                if (search.IsOver)
                {
                    return false;
                }
            }
        }

        foreach (SearchPart other in part.All)
        {
            if (!other.IsEntered && other.Parent!.IsEntered && search.Run(new EnterGoal(other, other.Parent.Region, this)))
            {
                return true;
            }

            if (search.IsOver)
            {
                return false;
            }
        }

        return false;
    }
}
