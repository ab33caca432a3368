using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>What is evicted at once: a pod, or a group of which all pods go or none.</summary>
/// <param name="Here">Its placements on the node in question.</param>
/// <param name="All">All its pods.</param>
/// <param name="HighestPriority">The highest priority among them.</param>
/// <param name="EarliestStart">The earliest start among them.</param>
internal sealed record VictimUnit(ImmutableArray<Victim> Here, ImmutableArray<Victim> All, int HighestPriority, DateTimeOffset EarliestStart)
{
    /// <summary>Devices of the node that it holds.</summary>
    public DeviceSet Devices => Here.Aggregate(DeviceSet.Empty, (d, v) => d.Union(v.Placement.Devices));

    /// <summary>What kube-scheduler reprieves first: higher priority, then whole groups, larger ones, and those that have run for longer.</summary>
    public static int CompareImportance(VictimUnit a, VictimUnit b)
    {
        int order = b.HighestPriority.CompareTo(a.HighestPriority);
        order = order != 0 ? order : b.All.Length.CompareTo(a.All.Length);
        order = order != 0 ? order : a.EarliestStart.CompareTo(b.EarliestStart);
        order = order != 0 ? order : string.CompareOrdinal(a.All[0].Pod.Namespace, b.All[0].Pod.Namespace);
        return order != 0 ? order : string.CompareOrdinal(a.All[0].Pod.Name, b.All[0].Pod.Name);
    }
}
