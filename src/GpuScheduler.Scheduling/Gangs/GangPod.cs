using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>A pod of a gang, and where it stands.</summary>
public sealed class GangPod
{
    internal GangPod(QueuedPodInfo queued, GangUnit gang)
    {
        Queued = queued;
        Gang = gang;
    }

    public Pod Pod => Queued.Pod;

    public PodClass Class => Queued.Class;

    /// <summary>The pod as it waits, or waited; the queue itself knows only the gang.</summary>
    public QueuedPodInfo Queued { get; }

    /// <summary>The gang that it belongs to.</summary>
    public GangUnit Gang { get; internal set; }

    public GangPodState State { get; internal set; }

    /// <summary>Name of the node that it holds a place on; empty while it holds none.</summary>
    public string Node { get; internal set; } = "";

    /// <summary>True where it holds a place that counts.</summary>
    public bool IsPlaced => State is GangPodState.Held or GangPodState.Bound;

    /// <summary>True where it counts towards what its gang needs: it holds a place, or has done its part.</summary>
    internal bool Counts => IsPlaced || State == GangPodState.Succeeded;

    internal GangMembership Membership => Pod.Gang!;

    /// <summary>Its place in <see cref="GangUnit.Pods"/>.</summary>
    internal int Index { get; set; }
}
