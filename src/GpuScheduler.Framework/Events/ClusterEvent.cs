namespace GpuScheduler.Framework;

/// <summary>A kind of change in the cluster.</summary>
public readonly record struct ClusterEvent(EventResource Resource, ActionTypes Action)
{
    /// <summary>True where an event of kind <paramref name="other"/> is one of these.</summary>
    public bool Covers(ClusterEvent other) =>
        (Resource == EventResource.Any || Resource == other.Resource) && (Action & other.Action) != 0;
}
