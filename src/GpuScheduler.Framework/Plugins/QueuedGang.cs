using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>What an entry of the scheduling queue says more where it stands for a gang: one entry for all its waiting pods.</summary>
public sealed class QueuedGang(GangKey key)
{
    public GangKey Key { get; } = key;

    /// <summary>The pods that wait to be placed, in no order that means anything.</summary>
    public IReadOnlyList<QueuedPodInfo> Pods { get; set; } = [];

    /// <summary>One of them for each pod class: an event that may help any of these may help the gang.</summary>
    public IReadOnlyList<QueuedPodInfo> Kinds { get; set; } = [];
}
