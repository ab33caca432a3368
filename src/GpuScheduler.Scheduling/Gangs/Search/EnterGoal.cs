namespace GpuScheduler.Scheduling;

/// <summary>Confines a part of a gang to domains that its levels allow, the tightest fit first, and places its minimum there.</summary>
internal sealed class EnterGoal(SearchPart part, Region within, Goal? next) : Goal(next)
{
    public override bool Solve(GangSearch search)
    {
        foreach ((Region region, Pin[] pins) in search.Regions.For(part, within))
        {
            part.Region = region;
            part.Pins = pins;
            part.IsEntered = true;
            if (search.Run(Inside(part, Next)))
            {
                return true;
            }

            part.IsEntered = false;
            if (search.IsOver)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>What a part that has been confined needs.</summary>
    public static Goal Inside(SearchPart part, Goal? next) =>
        part.IsLeaf ? new MixGoal(part, next) : new PartsGoal(part, 0, 0, new MinimumGoal(part, next));
}
