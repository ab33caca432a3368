using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>A pod for which room is made.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Class">Its class.</param>
/// <param name="Node">Index of the node.</param>
/// <param name="NodeName">The node's name.</param>
/// <param name="Devices">Devices that it could have once the victims are gone; it may be given others when it is placed.</param>
public sealed record Nominee(Pod Pod, PodClass Class, int Node, string NodeName, DeviceSet Devices);
