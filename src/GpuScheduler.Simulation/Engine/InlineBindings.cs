using GpuScheduler.Framework;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Simulation;

/// <summary>Runs each binding cycle to its end before the next decision: there is nothing to wait for in virtual time.</summary>
internal sealed class InlineBindings : IBindingPipeline
{
    public bool Binds => false;

    public void Start(Scheduler scheduler, Profile profile, QueuedPodInfo queued, NodeReservation reservation)
    {
        ValueTask<Status> cycle = BindingCycle.RunAsync(profile, reservation, CancellationToken.None);
        scheduler.Finish(queued, cycle.IsCompleted ? cycle.Result : cycle.AsTask().GetAwaiter().GetResult());
    }
}
