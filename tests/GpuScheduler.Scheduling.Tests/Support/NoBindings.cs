using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling.Tests;

/// <summary>The decision is the binding.</summary>
internal sealed class NoBindings : IBindingPipeline
{
    public bool Binds => false;

    public void Start(Scheduler scheduler, Profile profile, QueuedPodInfo queued, NodeReservation reservation) => scheduler.Finish(queued, Status.Success);
}
