namespace GpuScheduler.Cluster;

/// <summary>What a pod demands of its place beyond what is modelled.</summary>
[Flags]
public enum PodConstraints
{
    None = 0,

    /// <summary><c>spec.affinity.podAffinity</c>, the required terms.</summary>
    PodAffinity = 1,

    /// <summary><c>spec.affinity.podAntiAffinity</c>, the required terms.</summary>
    PodAntiAffinity = 2,

    /// <summary><c>spec.topologySpreadConstraints</c> that say <c>DoNotSchedule</c>.</summary>
    TopologySpread = 4,
}
