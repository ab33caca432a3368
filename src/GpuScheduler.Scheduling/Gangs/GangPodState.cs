namespace GpuScheduler.Scheduling;

/// <summary>Where a pod of a gang stands.</summary>
public enum GangPodState
{
    /// <summary>A PreEnqueue plugin holds it back: it counts as there, and is not placed.</summary>
    Gated,

    /// <summary>It waits to be placed.</summary>
    Pending,

    /// <summary>It holds its place and is not bound yet.</summary>
    Held,

    /// <summary>It is bound.</summary>
    Bound,

    /// <summary>It is bound, or its bind is on the way, and it is to be evicted: it counts no more.</summary>
    Leaving,

    /// <summary>It has ended with success and holds no place: it counts towards what its gang needs, and is not placed.</summary>
    Succeeded,
}
