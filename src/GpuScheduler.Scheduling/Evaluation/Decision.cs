using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>Where a pod is to go.</summary>
/// <param name="Node">Index of the node, or -1 where the pod fits nowhere.</param>
/// <param name="Devices">The devices it gets there.</param>
/// <param name="Score">The node's weighted score in units of 1 / <see cref="Framework.Profile.ScorePrecision"/> point.</param>
public readonly record struct Decision(int Node, DeviceSet Devices, int Score)
{
    public static readonly Decision None = new(-1, DeviceSet.Empty, 0);

    /// <summary>True where a node was found.</summary>
    public bool IsFound => Node >= 0;
}
