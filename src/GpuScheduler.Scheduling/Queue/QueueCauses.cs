using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>Why pods enter a part of the queue: kube-scheduler's values of the label <c>event</c>.</summary>
internal static class QueueCauses
{
    /// <summary>It is new.</summary>
    public const string PodAdd = "UnscheduledPodAdd";

    /// <summary>It was tried in vain.</summary>
    public const string AttemptFailed = "ScheduleAttemptFailure";

    /// <summary>Its backoff is over.</summary>
    public const string BackoffComplete = "BackoffComplete";

    /// <summary>It has waited so long that it is tried without an event.</summary>
    public const string Timeout = "UnschedulableTimeout";

    /// <summary>The scheduler itself has it tried.</summary>
    public const string ForceActivate = "ForceActivate";

    /// <summary>Its gates are open.</summary>
    public static readonly string Ungated = Of(new ClusterEvent(EventResource.UnscheduledPod, ActionTypes.UpdatePodSchedulingGatesEliminated));

    /// <summary>An event: the object and what happened to it.</summary>
    public static string Of(ClusterEvent of) => $"{of.Resource}{of.Action}".Replace(", ", "", StringComparison.Ordinal);
}
