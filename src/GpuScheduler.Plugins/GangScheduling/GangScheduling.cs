using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Places the pods of a gang together or not at all (KEP-4671), in the domains that it asks for.</summary>
public sealed class GangScheduling(GangSchedulingArgs args) : IGangSchedulingPlugin
{
    public string Name => "GangScheduling";

    public GangSchedulingArgs Args => args;

    /// <summary>Nodes that come, or change the labels that make domains. What else may help is known to the filters that each pod goes through.</summary>
    public ImmutableArray<ClusterEventWithHint> EventsToRegister { get; } =
        [new(new ClusterEvent(EventResource.Node, ActionTypes.Add | ActionTypes.UpdateNodeLabel), null)];

    /// <summary>A pod alone is never held back: what a gang lacks is the engine's to say, as it sees all of its pods.</summary>
    public Status PreEnqueue(Pod pod) => Status.Success;
}
