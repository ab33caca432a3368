namespace GpuScheduler.Kubernetes;

/// <summary>A resource of a node: milli-cores of CPU, otherwise units or bytes.</summary>
public readonly record struct ResourceDump(long Allocatable, long Requested);
