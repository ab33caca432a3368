using GpuScheduler.Cluster;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes;

/// <summary>Hears what the engine does. Called on its thread; must not wait.</summary>
internal interface IEngineObserver : IMirrorObserver
{
    /// <summary>An attempt ended, one way or the other.</summary>
    void Attempted(PodRecord pod, in AttemptResult result, TimeSpan took);

    /// <summary>A bind did not succeed; what follows from that has been done.</summary>
    void BindFailed(PodRecord pod, string node, BindOutcome outcome);

    /// <summary>A pod is being evicted so that another gets its room.</summary>
    void Preempted(PodRecord victim, Pod preemptor, string node);

    /// <summary>A victim was not evicted; whoever its room was for is tried again.</summary>
    void EvictionFailed(Pod preemptor, Pod victim, bool byBudget, string message);

    /// <summary>An attempt at a gang ended; its pods are told one by one. Its objects, the topmost first; none where only its pods state it.</summary>
    void GangAttempted(IReadOnlyList<GangRecord> objects, in AttemptResult result);

    /// <summary>What a gang waits for, other than room, is something else than before; nothing, where <paramref name="wait"/> is empty.</summary>
    void GangWaits(GangRecord? gang, GangUnit unit, IEnumerable<PodRecord> waiting, string wait);

    /// <summary>All that a gang needs is bound.</summary>
    void GangStarted(IReadOnlyList<GangRecord> objects, GangUnit unit);

    /// <summary>An object that states a gang is new, or changed. Where its pods will be ours, for all that is known, its status may say that it was seen.</summary>
    void GangStated(GangRecord gang, bool isOurs);

    /// <summary>Bound pods of a gang that lost others are evicted, so that the whole is tried again.</summary>
    void GangEvicting(GangRecord? gang, GangEviction eviction, IEnumerable<PodRecord> pods);

    /// <summary>Some of them do not go yet; it is tried again.</summary>
    void GangEvictionFailed(GangEviction eviction, string message);

    /// <summary>Objects that state levels or domains make no sense.</summary>
    void TopologyProblem(string message);

    /// <summary>Something threw on the engine's thread; the engine goes on.</summary>
    void Broke(string doing, Exception exception);
}
