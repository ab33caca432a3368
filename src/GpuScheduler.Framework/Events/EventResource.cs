namespace GpuScheduler.Framework;

/// <summary>What kind of object an event is about.</summary>
public enum EventResource
{
    /// <summary>Any object.</summary>
    Any,
    Node,

    /// <summary>A pod that is on a node.</summary>
    AssignedPod,

    /// <summary>A pod that waits.</summary>
    UnscheduledPod,
}
