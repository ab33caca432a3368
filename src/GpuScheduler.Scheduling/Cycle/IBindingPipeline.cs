using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Runs binding cycles: at once (the simulation), or many at a time beside the scheduling thread (the server). Each outcome goes to
/// <see cref="Scheduler.Finish"/> on the scheduling thread.
/// </summary>
public interface IBindingPipeline
{
    /// <summary>
    /// True where the pipeline itself binds the pods of profiles without a Bind plugin, to a real API server. False: with no plugin to take
    /// part, the decision is the binding, and <see cref="Start"/> is not asked.
    /// </summary>
    bool Binds { get; }

    /// <summary>Takes a placed pod over. May call <see cref="Scheduler.Finish"/> before it returns.</summary>
    void Start(Scheduler scheduler, Profile profile, QueuedPodInfo queued, NodeReservation reservation);

    /// <summary>
    /// Takes back a pod that <see cref="Start"/> took and of whose bind nothing has been sent yet. True: it is as if it had never been started, and no outcome
    /// will come. False: its outcome decides.
    /// </summary>
    bool TryTakeBack(QueuedPodInfo queued) => false;
}
