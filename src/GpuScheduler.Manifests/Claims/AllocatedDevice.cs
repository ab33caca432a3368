namespace GpuScheduler.Manifests;

/// <summary>A device that a claim is allocated, and the request that it is for.</summary>
public readonly record struct AllocatedDevice(string Request, DeviceId Id);
