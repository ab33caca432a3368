using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>Pods alike in what they ask, and how many of all pods they are.</summary>
/// <param name="CpuMilli">CPU requested, milli-cores.</param>
/// <param name="Devices">Devices requested; <see cref="DeviceRequest.None"/> for a pod that asks for none.</param>
/// <param name="Probability">Their part of the workload, 0 to 1.</param>
public sealed record TypicalPod(long CpuMilli, DeviceRequest Devices, double Probability);
