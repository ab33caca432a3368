using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Holds pods that have scheduling gates (KEP-3521).</summary>
public sealed class SchedulingGates : IPreEnqueuePlugin, IEnqueueExtensions
{
    public string Name => "SchedulingGates";

    /// <summary>The queue asks a gated pod again when its gates change; no other event can help it.</summary>
    public ImmutableArray<ClusterEventWithHint> EventsToRegister { get; } =
        [new(new ClusterEvent(EventResource.UnscheduledPod, ActionTypes.UpdatePodSchedulingGatesEliminated), PodChanges.OfItself)];

    public Status PreEnqueue(Pod pod) => pod.SchedulingGates.IsEmpty
        ? Status.Success
        : Status.Unresolvable($"waiting for scheduling gates: [{string.Join(' ', pod.SchedulingGates)}]");
}
