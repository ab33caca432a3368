namespace GpuScheduler.Cluster;

/// <summary>Which of several statements about a pod's gang counts, the later the more: they may well go together, such as Kueue before a LeaderWorkerSet.</summary>
internal enum GangAuthority
{
    /// <summary>It follows from the controller that made the pod.</summary>
    Workload,

    /// <summary>The pod names a group.</summary>
    PodGroup,

    /// <summary>The pod names an object that knows all groups within it.</summary>
    GroupTree,
}
