using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>Where a pod of a gang goes.</summary>
/// <param name="Member">The pod, as it waited.</param>
/// <param name="Node">Index of its node.</param>
/// <param name="Devices">The devices that it gets there.</param>
public readonly record struct MemberPlacement(GangMember Member, int Node, DeviceSet Devices);
