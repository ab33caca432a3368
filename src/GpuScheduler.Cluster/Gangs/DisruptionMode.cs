namespace GpuScheduler.Cluster;

/// <summary>What may be evicted of a group at once (KEP-5710, <c>spec.disruptionMode</c>).</summary>
public enum DisruptionMode
{
    /// <summary>Any pod alone.</summary>
    EachPod,

    /// <summary>All pods of the group, or none.</summary>
    WholeGroup,
}
