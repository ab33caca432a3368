using GpuScheduler.Framework;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes;

/// <summary>Counts nothing.</summary>
public sealed class NoSchedulerMetrics : ISchedulerMetrics
{
    public static readonly NoSchedulerMetrics Instance = new();

    private NoSchedulerMetrics()
    {
    }

    public void ObserveAttempt(AttemptOutcome outcome, string profile, TimeSpan duration)
    {
    }

    public void ObserveAlgorithm(TimeSpan duration)
    {
    }

    public void ObserveScheduled(int attempts, TimeSpan sinceQueued)
    {
    }

    public void ObservePreemption(int victims)
    {
    }

    public void CountVictims(int pods, int members)
    {
    }

    public void IncGangAttempts(AttemptOutcome outcome, string profile)
    {
    }

    public void ObserveGangStarted(TimeSpan sinceFirst)
    {
    }

    public void IncBindOutcomes(string outcome)
    {
    }

    public void IncWatchRestarts(string resource, string reason)
    {
    }

    public void IncDecodeFailures(string resource)
    {
    }

    public void IncReconcileDrift(string kind, int objects = 1)
    {
    }

    public void IncClockJumps()
    {
    }

    public void PointRan(ExtensionPoints point, string profile, StatusCode status, TimeSpan took)
    {
    }

    public void PluginRan(string plugin, ExtensionPoints point, StatusCode status, TimeSpan took)
    {
    }

    public void Entered(QueuePool pool, string cause)
    {
    }

    public void RejectedChanged(string plugin, string profile, int change)
    {
    }

    public void PermitEnded(StatusCode result, TimeSpan waited)
    {
    }
}
