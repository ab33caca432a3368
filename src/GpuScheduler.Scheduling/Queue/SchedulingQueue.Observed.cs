using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <content>What is told of pods that move.</content>
public sealed partial class SchedulingQueue
{
    /// <summary>By event, so that naming one makes no string twice.</summary>
    private readonly Dictionary<ClusterEvent, string> _causes = [];

    private void Enter(PodHeap heap, QueuedPodInfo queued, string cause)
    {
        heap.Push(queued);
        _observer?.Entered(ReferenceEquals(heap, _active) ? QueuePool.Active : QueuePool.Backoff, cause);
    }

    private void HoldBack(QueuedPodInfo queued, string cause)
    {
        _gated.Add(queued);
        _observer?.Entered(QueuePool.Gated, cause);
    }

    private void SetRejectedBy(QueuedPodInfo queued, IReadOnlyCollection<string> plugins)
    {
        if (_observer is not null)
        {
            Tell(queued, -1);
        }

        queued.RejectedBy = plugins;
        if (_observer is not null)
        {
            Tell(queued, +1);
        }
    }

    private void Tell(QueuedPodInfo queued, int change)
    {
        foreach (string plugin in queued.RejectedBy)
        {
            _observer!.RejectedChanged(plugin, queued.Class.Spec.SchedulerName, change);
        }
    }

    private string CauseOf(ClusterEvent of)
    {
        if (!_causes.TryGetValue(of, out string? cause))
        {
            _causes.Add(of, cause = QueueCauses.Of(of));
        }

        return cause;
    }
}
