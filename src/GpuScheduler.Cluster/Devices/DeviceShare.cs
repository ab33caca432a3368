namespace GpuScheduler.Cluster;

/// <summary>What one pod takes of one device.</summary>
/// <param name="Milli">Compute, 1 to 1000.</param>
/// <param name="MemoryMiB">Memory, MiB; 0 where the device's memory is not known.</param>
public readonly record struct DeviceShare(short Milli, int MemoryMiB);
