namespace GpuScheduler.Cluster;

/// <summary>A pod on a node, and the devices it holds there.</summary>
public readonly record struct Placement(Pod Pod, PodClass Class, DeviceSet Devices);
