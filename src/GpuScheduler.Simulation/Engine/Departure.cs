using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>A pod that leaves its node at some time.</summary>
/// <param name="Node">Index of the node.</param>
/// <param name="Pod">The pod.</param>
/// <param name="Class">Its class.</param>
/// <param name="Devices">What it held.</param>
/// <param name="IsEviction">It is evicted, and comes back with all its work still to do; otherwise it is done.</param>
internal sealed record Departure(int Node, Pod Pod, PodClass Class, DeviceSet Devices, bool IsEviction);
