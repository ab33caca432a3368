using System.Collections.Concurrent;
using GpuScheduler.Framework;

namespace GpuScheduler.Kubernetes;

/// <summary>Why a pod entered a part of the queue; kube-scheduler's values of the label <c>event</c>.</summary>
public static class QueueCauses
{
    /// <summary>The pod is new.</summary>
    public const string PodAdd = "UnschedulablePodAdd";

    /// <summary>An attempt ended without a node.</summary>
    public const string ScheduleAttemptFailure = "ScheduleAttemptFailure";

    public const string BackoffComplete = "BackoffComplete";

    /// <summary>It had been unschedulable for so long that it is tried again without an event.</summary>
    public const string UnschedulableTimeout = "UnschedulableTimeout";

    private static readonly ConcurrentDictionary<ClusterEvent, string> Events = new();

    /// <summary>An event that may help it, such as <c>NodeAdd</c> or <c>AssignedPodDelete</c>.</summary>
    public static string Of(ClusterEvent change) => Events.GetOrAdd(change, static e => ResourceOf(e.Resource) + ActionOf(e.Action));

    private static string ResourceOf(EventResource resource) => resource switch
    {
        EventResource.Any => "*",
        EventResource.UnscheduledPod => "UnschedulablePod",
        _ => resource.ToString(),
    };

    /// <summary>The name of a single action; several at once are an update.</summary>
    private static string ActionOf(ActionTypes action) => Enum.IsDefined(action) ? action.ToString() : "Update";
}
