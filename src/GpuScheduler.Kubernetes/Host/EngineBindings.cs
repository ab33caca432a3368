using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes;

/// <summary>Hands the engine's decisions to the binder, and the outcomes back to the engine's thread.</summary>
internal sealed class EngineBindings(IBinder binder, ClaimTable claims, Action<QueuedPodInfo, NodeReservation, BindOutcome> finish) : IBindingPipeline
{
    /// <summary>Requests of gangs, of which any may have to be taken back. Engine's thread only.</summary>
    private readonly Dictionary<QueuedPodInfo, BindRequest> _ofGangs = new(ReferenceEqualityComparer.Instance);

    public bool Binds => true;

    public void Start(Scheduler scheduler, Profile profile, QueuedPodInfo queued, NodeReservation reservation)
    {
        Node node = reservation.Node;
        string forHami = node.Regime == AllocationRegime.Hami && !reservation.Devices.IsEmpty ? HamiAllocation.Encode(queued.Pod.Spec, node, reservation.Devices) : "";
        BindRequest request = new(
            queued.Pod.Namespace, queued.Pod.Name, queued.Pod.Uid, node.Name,

            // Claims say what they are allocated; where a device stands in a node's list may change.
            node.Regime == AllocationRegime.Dra ? DeviceSet.Empty : ClusterMirror.StatedDevices(node, reservation.Devices), forHami)
        {
            Claims = claims.BindingsOf(queued.Pod, node, reservation.Devices),
        };
        if (queued.Pod.Gang is not null)
        {
            _ofGangs[queued] = request;
        }

        binder.Start(profile, reservation, request, outcome => finish(queued, reservation, outcome));
    }

    public bool TryTakeBack(QueuedPodInfo queued) => _ofGangs.Remove(queued, out BindRequest? request) && request.TryTakeBack();

    /// <summary>The outcome is there.</summary>
    public void Forget(QueuedPodInfo queued) => _ofGangs.Remove(queued);
}
