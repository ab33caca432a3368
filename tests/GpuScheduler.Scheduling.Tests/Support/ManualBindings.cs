using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling.Tests;

/// <summary>Binds nothing by itself: a test says which binds were sent, and what became of them.</summary>
internal sealed class ManualBindings : IBindingPipeline
{
    private readonly List<(QueuedPodInfo Queued, NodeReservation Reservation)> _started = [];
    private readonly HashSet<Pod> _sent = new(ReferenceEqualityComparer.Instance);

    public bool Binds => true;

    /// <summary>Those that have been taken over and have no outcome yet, in order.</summary>
    public IReadOnlyList<(QueuedPodInfo Queued, NodeReservation Reservation)> Started => _started;

    public void Start(Scheduler scheduler, Profile profile, QueuedPodInfo queued, NodeReservation reservation) => _started.Add((queued, reservation));

    public bool TryTakeBack(QueuedPodInfo queued) =>
        !_sent.Contains(queued.Pod) && _started.RemoveAll(s => s.Queued == queued) > 0;

    /// <summary>The request has gone out: it cannot be taken back any more.</summary>
    public void Send(Pod pod) => _sent.Add(pod);

    /// <summary>The outcome of a bind.</summary>
    public void Finish(Scheduler scheduler, Pod pod, Status status)
    {
        QueuedPodInfo queued = _started.Single(s => ReferenceEquals(s.Queued.Pod, pod)).Queued;
        _started.RemoveAll(s => s.Queued == queued);
        _sent.Remove(pod);
        scheduler.Finish(queued, status);
    }

    /// <summary>The pod is gone; the outcome of its bind comes too late.</summary>
    public void Drop(Pod pod)
    {
        _started.RemoveAll(s => ReferenceEquals(s.Queued.Pod, pod));
        _sent.Remove(pod);
    }

    /// <summary>All that have no outcome yet are bound.</summary>
    public void FinishAll(Scheduler scheduler)
    {
        while (_started.Count > 0)
        {
            Finish(scheduler, _started[0].Queued.Pod, Status.Success);
        }
    }
}
