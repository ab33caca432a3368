using GpuScheduler.Framework;

namespace GpuScheduler.Kubernetes;

/// <summary>Why a pod entered a part of the queue; kube-scheduler's values of the label <c>event</c>.</summary>
public static class QueueCauses
{
    /// <summary>The pod is new.</summary>
    public const string UnscheduledPodAdd = "UnscheduledPodAdd";

    /// <summary>An attempt ended without a node.</summary>
    public const string ScheduleAttemptFailure = "ScheduleAttemptFailure";

    public const string BackoffComplete = "BackoffComplete";

    /// <summary>It had been unschedulable for so long that it is tried again without an event.</summary>
    public const string UnschedulableTimeout = "UnschedulableTimeout";

    /// <summary>An event that may help it.</summary>
    public static string Of(ClusterEvent change) => (change.Resource, change.Action) switch
    {
        (EventResource.Node, ActionTypes.Add) => "NodeAdd",
        (EventResource.Node, ActionTypes.Delete) => "NodeDelete",
        (EventResource.Node, ActionTypes.UpdateNodeAllocatable) => "NodeAllocatableChange",
        (EventResource.Node, ActionTypes.UpdateNodeLabel) => "NodeLabelChange",
        (EventResource.Node, ActionTypes.UpdateNodeTaint) => "NodeTaintChange",
        (EventResource.Node, ActionTypes.UpdateNodeCondition) => "NodeConditionChange",
        (EventResource.Node, ActionTypes.UpdateNodeAnnotation) => "NodeAnnotationChange",
        (EventResource.Node, _) => "NodeUpdate",
        (EventResource.AssignedPod, ActionTypes.Add) => "AssignedPodAdd",
        (EventResource.AssignedPod, ActionTypes.Delete) => "AssignedPodDelete",
        (EventResource.AssignedPod, _) => "AssignedPodUpdate",
        (EventResource.UnscheduledPod, ActionTypes.Add) => UnscheduledPodAdd,
        (EventResource.UnscheduledPod, ActionTypes.Delete) => "UnscheduledPodDelete",
        (EventResource.UnscheduledPod, _) => "UnscheduledPodUpdate",
        _ => "ForceActivate",
    };
}
