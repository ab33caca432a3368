using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>Room on a node that is held for a pod until it is placed.</summary>
internal sealed class Nomination(Nominee nominee, IReadOnlyList<Pod> victims)
{
    public Nominee Nominee { get; } = nominee;

    public Pod Pod => Nominee.Pod;

    /// <summary>Who is to leave the node first; those that have left are still among them.</summary>
    public IReadOnlyList<Pod> Victims { get; } = victims;

    /// <summary>Devices that it will have once the victims are gone, as of when its room was last held.</summary>
    public DeviceSet Devices { get; set; } = nominee.Devices;

    /// <summary>What stands in the state for the pod, and where; empty while the room is lifted.</summary>
    public List<(int Node, Pod Pod)> Stand { get; } = [];

    /// <summary>Stamp of the node when the room was last held; another one means that it must be held anew.</summary>
    public long HeldAt { get; set; } = -1;
}
