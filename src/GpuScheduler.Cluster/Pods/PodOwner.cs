namespace GpuScheduler.Cluster;

/// <summary>The controller of a pod, such as a Job; pods of one owner share it.</summary>
/// <param name="Kind">Such as <c>Job</c>.</param>
/// <param name="Name">Its name, in the pod's namespace.</param>
/// <param name="Uid">Its UID.</param>
public sealed record PodOwner(string Kind, string Name, string Uid);
