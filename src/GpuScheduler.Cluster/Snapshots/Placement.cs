namespace GpuScheduler.Cluster;

/// <summary>A pod on a node, and the devices it holds there.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Class">Its class: what it takes.</param>
/// <param name="Devices">The devices it holds, all of them devices of the node.</param>
/// <param name="Missing">Devices it was given and that the node does not offer now; it holds them again as soon as the node does.</param>
public readonly record struct Placement(Pod Pod, PodClass Class, DeviceSet Devices, DeviceSet Missing = default);
