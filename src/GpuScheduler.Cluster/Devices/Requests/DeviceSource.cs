namespace GpuScheduler.Cluster;

/// <summary>What of a pod may speak of devices.</summary>
/// <param name="Annotations">Its annotations.</param>
/// <param name="Spec">Its containers.</param>
/// <param name="Requests">Its effective requests.</param>
internal readonly record struct DeviceSource(IReadOnlyDictionary<string, string> Annotations, PodSpec Spec, ResourceList Requests);
