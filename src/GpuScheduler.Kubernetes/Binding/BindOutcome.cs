using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>The answer to a bind.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Message">Why, for people; empty for success.</param>
/// <param name="Node">Where the pod is, for <see cref="BindOutcomeKind.BoundElsewhere"/>.</param>
/// <param name="Devices">What it states there.</param>
public readonly record struct BindOutcome(BindOutcomeKind Kind, string Message = "", string Node = "", DeviceSet Devices = default)
{
    /// <summary>The pod is bound as asked.</summary>
    public bool IsBound => Kind is BindOutcomeKind.Bound or BindOutcomeKind.AlreadyBoundHere;
}
