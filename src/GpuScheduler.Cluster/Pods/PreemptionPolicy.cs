namespace GpuScheduler.Cluster;

/// <summary><c>spec.preemptionPolicy</c> of a pod, the policy of its PriorityClass.</summary>
public enum PreemptionPolicy : byte
{
    /// <summary>Pods of lower priority may be evicted for it.</summary>
    PreemptLowerPriority,

    /// <summary>It goes before pods of lower priority in the queue, but nobody is evicted for it.</summary>
    Never,
}
