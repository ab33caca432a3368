using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

/// <summary>Asks the queueing hints of a plugin as the queue does.</summary>
internal static class Events
{
    public const string WaitingUid = "u1";

    public static bool Wakes(this IEnqueueExtensions plugin, PodSpec waiting, ClusterChange change)
    {
        Pod pod = new() { Name = "waiting", Uid = WaitingUid, Spec = waiting };
        QueuedPodInfo queued = new(pod, Class(waiting), DateTimeOffset.UnixEpoch);
        return plugin.EventsToRegister.Any(e => e.Event.Covers(change.Event) && (e.Hint is null || e.Hint(queued, change) == QueueingHint.Queue));
    }

    public static PodClass Class(PodSpec spec) => new ClusterWriter(TieKeys.Seeded(0)).Classes.Intern(spec);

    public static ClusterChange NodeAdded(Node node) => new(new ClusterEvent(EventResource.Node, ActionTypes.Add)) { NewNode = node };

    public static ClusterChange NodeUpdated(ActionTypes action, Node before, Node after) =>
        new(new ClusterEvent(EventResource.Node, action)) { OldNode = before, NewNode = after };

    public static ClusterChange PodDeleted(PodSpec spec) => new(new ClusterEvent(EventResource.AssignedPod, ActionTypes.Delete))
    {
        Pod = new Pod { Name = "gone", Uid = "u2", Spec = spec },
        PodClass = Class(spec),
    };

    public static ClusterChange PodUpdated(ActionTypes action, string uid) => new(new ClusterEvent(EventResource.UnscheduledPod, action))
    {
        Pod = new Pod { Name = "some", Uid = uid, Spec = new PodSpec() },
    };
}
