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

    /// <summary>Something threw on the engine's thread; the engine goes on.</summary>
    void Broke(string doing, Exception exception);
}
