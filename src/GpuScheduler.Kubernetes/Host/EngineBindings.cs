using GpuScheduler.Framework;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes;

/// <summary>Hands the engine's decisions to the binder, and the outcomes back to the engine's thread.</summary>
internal sealed class EngineBindings(IBinder binder, Action<QueuedPodInfo, NodeReservation, BindOutcome> finish) : IBindingPipeline
{
    public bool Binds => true;

    public void Start(Scheduler scheduler, Profile profile, QueuedPodInfo queued, NodeReservation reservation)
    {
        BindRequest request = new(
            queued.Pod.Namespace, queued.Pod.Name, queued.Pod.Uid, reservation.Node.Name,
            ClusterMirror.StatedDevices(reservation.Node, reservation.Devices));
        binder.Start(profile, reservation, request, outcome => finish(queued, reservation, outcome));
    }
}
