using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Queueing hints about changes of waiting pods.</summary>
internal static class PodChanges
{
    /// <summary>Queue where the change is to the waiting pod itself: that of another pod does not help it.</summary>
    public static QueueingHint OfItself(QueuedPodInfo queued, ClusterChange change)
    {
        if (change.Pod is not { } pod)
        {
            return QueueingHint.Queue;
        }

        bool isSame = pod.Uid.Length > 0 || queued.Pod.Uid.Length > 0
            ? pod.Uid == queued.Pod.Uid
            : pod.Namespace == queued.Pod.Namespace && pod.Name == queued.Pod.Name;
        return isSame ? QueueingHint.Queue : QueueingHint.Skip;
    }
}
