using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>
/// Runs binding cycles: at once (the simulation), or many at a time beside the scheduling thread (the server). Each outcome goes to
/// <see cref="Scheduler.Finish"/> on the scheduling thread.
/// </summary>
public interface IBindingPipeline
{
    /// <summary>Takes a placed pod over. May call <see cref="Scheduler.Finish"/> before it returns.</summary>
    void Start(Scheduler scheduler, Profile profile, QueuedPodInfo queued, NodeReservation reservation);
}
