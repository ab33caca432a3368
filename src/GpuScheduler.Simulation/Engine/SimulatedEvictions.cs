using GpuScheduler.Cluster;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Simulation;

/// <summary>Notes who is to be evicted; the run takes them away.</summary>
internal sealed class SimulatedEvictions(VirtualTime time) : IEvictions
{
    private readonly Dictionary<Pod, DateTimeOffset> _started = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Pod> _leaving = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<Victim> _waiting = [];

    /// <summary>The pod runs from now on.</summary>
    public void Started(Pod pod) => _started[pod] = time.GetUtcNow();

    /// <summary>When a pod's deadline ends it, of one that waits if it began now; null: it has none, or was bound before the run, where nothing ends.</summary>
    public DateTimeOffset? EndOf(Pod pod) => pod is { ActiveDeadline: { } limit, BoundNode.Length: 0 }
        ? (_started.TryGetValue(pod, out DateTimeOffset started) ? started : time.GetUtcNow()) + limit
        : null;

    /// <summary>The pod is gone.</summary>
    public void Ended(Pod pod)
    {
        _started.Remove(pod);
        _leaving.Remove(pod);
    }

    /// <summary>The next pod that is to go.</summary>
    public bool TryTake(out Victim? victim) => _waiting.TryDequeue(out victim);

    public Pod Latest(Pod pod)
    {
        bool isLeaving = _leaving.Contains(pod);
        return isLeaving || _started.ContainsKey(pod)
            ? pod with { StartTime = _started.TryGetValue(pod, out DateTimeOffset started) ? started : pod.StartTime, DeletionTimestamp = isLeaving ? time.GetUtcNow() : null }
            : pod;
    }

    public void Evict(PreemptionPlan plan, bool beyondBudgets)
    {
        foreach (Victim victim in plan.ToEvict)
        {
            _leaving.Add(victim.Pod);
            _waiting.Enqueue(victim);
        }
    }
}
