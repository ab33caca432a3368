namespace GpuScheduler.Scheduling;

/// <summary>
/// Something that is still to be done for a gang, and what comes after it. Solving one tries each way to do it together with all that comes after,
/// and leaves the first that works in the draft; where none does, the draft is as before.
/// </summary>
internal abstract class Goal(Goal? next)
{
    /// <summary>What comes after; null: then all is placed.</summary>
    public Goal? Next { get; } = next;

    /// <summary>Number within the search, given when it is first solved; 0: none yet.</summary>
    public int Id { get; set; }

    public abstract bool Solve(GangSearch search);
}
