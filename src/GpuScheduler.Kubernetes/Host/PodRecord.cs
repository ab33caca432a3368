using GpuScheduler.Cluster;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes;

/// <summary>What the engine knows of one pod.</summary>
internal sealed class PodRecord(PodObject latest)
{
    /// <summary>As the API last showed it.</summary>
    public PodObject Latest { get; set; } = latest;

    public PodState State { get; set; }

    /// <summary>The pod as queue and snapshot know it; they go by reference.</summary>
    public Pod Model { get; set; } = latest.Pod;

    /// <summary>The class of <see cref="Model"/>; null until it is needed.</summary>
    public PodClass? Class { get; set; }

    /// <summary>Node that it is bound to or assumed on; otherwise empty.</summary>
    public string Node { get; set; } = "";

    /// <summary>Devices that its annotation states, or that were decided.</summary>
    public DeviceSet Stated { get; set; }

    /// <summary>What it holds in the snapshot, where it is placed.</summary>
    public Holding Holding { get; set; }

    /// <summary>True where the snapshot has it: the node is known.</summary>
    public bool IsPlaced { get; set; }

    /// <summary>A bind request went out and nobody knows what became of it; the watch or the next audit will tell.</summary>
    public bool IsUnresolved { get; set; }

    /// <summary>Since when, a timestamp of the clock.</summary>
    public long UnresolvedSince { get; set; }

    /// <summary>When the last attempt began, a timestamp of the clock.</summary>
    public long Tried { get; set; }

    /// <summary>Why the last attempt failed; empty where none did.</summary>
    public string LastFailure { get; set; } = "";

    /// <summary>What it waits for before it can be tried, as of when it was last looked at; empty: nothing.</summary>
    public string Waits { get; set; } = "";

    /// <summary>The node that is held for it, as of the last attempt; empty: none is.</summary>
    public string Nominated { get; set; } = "";

    /// <summary>The attempt that is being bound, as a trace; null where nobody listens.</summary>
    public PodTrace? Trace { get; set; }

    /// <summary>It is certain that the pod is bound where it is assumed.</summary>
    public void Confirm()
    {
        State = PodState.Bound;
        IsUnresolved = false;
    }
}
