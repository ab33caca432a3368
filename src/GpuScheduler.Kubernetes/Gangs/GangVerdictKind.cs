namespace GpuScheduler.Kubernetes;

/// <summary>What can be said of a gang in its object's status.</summary>
internal enum GangVerdictKind
{
    /// <summary>It is known; nothing was tried yet.</summary>
    Seen,

    /// <summary>There is no room for it, or it lacks something.</summary>
    Unschedulable,

    /// <summary>All that it needs is bound.</summary>
    Scheduled,
}
