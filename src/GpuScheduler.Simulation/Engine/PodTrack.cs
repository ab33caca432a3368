using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>What became of a pod.</summary>
/// <param name="pod">The pod as it came.</param>
/// <param name="arrivedAt">When it came first.</param>
public sealed class PodTrack(Pod pod, TimeSpan arrivedAt)
{
    public Pod Pod => pod;

    public TimeSpan ArrivedAt => arrivedAt;

    public PodState State { get; internal set; }

    /// <summary>Where it is, or was when it was done; null: nowhere.</summary>
    public Node? Node { get; internal set; }

    /// <summary>Its devices there.</summary>
    public DeviceSet Devices { get; internal set; }

    /// <summary>When it got its last node; null: it has none.</summary>
    public TimeSpan? PlacedAt { get; internal set; }

    /// <summary>How often it was evicted for pods of higher priority.</summary>
    public int Evictions { get; internal set; }

    /// <summary>Why it has no node; empty where it has one.</summary>
    public string Reason { get; internal set; } = "";
}
