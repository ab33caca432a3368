using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>A pod, the node it is to run on, and the devices it gets there.</summary>
public sealed record NodeReservation(Pod Pod, PodClass Class, Node Node, DeviceSet Devices);
