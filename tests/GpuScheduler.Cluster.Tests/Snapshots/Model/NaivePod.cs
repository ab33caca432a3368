namespace GpuScheduler.Cluster.Tests;

/// <summary>A pod on a node of the model.</summary>
internal sealed record NaivePod(Pod Pod, PodClass Class, DeviceSet Held, DeviceSet Missing);
