namespace GpuScheduler.Framework;

/// <summary>Which domain a gang of equal pods goes to. Gangs with parts, and those that run already, are always placed as by <see cref="NarrowestDomain"/>.</summary>
public enum GangStrategy
{
    /// <summary>The narrowest domain that holds it, and of these the one with the least room.</summary>
    NarrowestDomain,

    /// <summary>
    /// On the level that it requires or prefers, or in the whole cluster where it names none, the domain with the least room that holds it; inside, the fewest domains
    /// (topology-aware scheduling of Kueue).
    /// </summary>
    BestFit,

    /// <summary>Each pod where the scores put it, within one domain of the level that is required; all or none (the coscheduling plugin).</summary>
    PodByPod,
}
