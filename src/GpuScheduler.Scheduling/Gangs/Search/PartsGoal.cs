namespace GpuScheduler.Scheduling;

/// <summary>Places as many parts of a group as must reach their minimum; where that is not all of them, it tries which.</summary>
internal sealed class PartsGoal(SearchPart part, int at, int reached, Goal? next) : Goal(next)
{
    public override bool Solve(GangSearch search)
    {
        if (reached == part.MustReach)
        {
            return search.Run(Next);
        }

        int left = part.Parts.Length - at;
        if (left < part.MustReach - reached)
        {
            return false;
        }

        if (search.Run(new EnterGoal(part.Parts[at], part.Region, new PartsGoal(part, at + 1, reached + 1, Next))))
        {
            return true;
        }

        // A part that needs nothing is at its minimum where nothing is.
        if (part.Parts[at].NeedsNothing && !search.IsOver && search.Run(new PartsGoal(part, at + 1, reached + 1, Next)))
        {
            return true;
        }

        return left > part.MustReach - reached && !search.IsOver && search.Run(new PartsGoal(part, at + 1, reached, Next));
    }
}
