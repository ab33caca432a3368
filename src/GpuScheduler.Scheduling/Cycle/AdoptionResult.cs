using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>What an adopted pod holds.</summary>
/// <param name="Holding">How sure that is.</param>
/// <param name="Devices">The devices it holds in the model.</param>
/// <param name="Missing">Stated devices that the node does not have, or that others hold.</param>
public readonly record struct AdoptionResult(Holding Holding, DeviceSet Devices, DeviceSet Missing);
