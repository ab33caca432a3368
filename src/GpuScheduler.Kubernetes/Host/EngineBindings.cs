using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes;

/// <summary>Hands the engine's decisions to the binder, and the outcomes back to the engine's thread.</summary>
internal sealed class EngineBindings(IBinder binder, ClaimTable claims, VolumeTable volumes, Action<QueuedPodInfo, NodeReservation, BindOutcome> finish) : IBindingPipeline
{
    /// <summary>Requests of gangs, of which any may have to be taken back, and those that write claims. Engine's thread only.</summary>
    private readonly Dictionary<QueuedPodInfo, BindRequest> _kept = new(ReferenceEqualityComparer.Instance);

    public bool Binds => true;

    public void Start(Scheduler scheduler, Profile profile, QueuedPodInfo queued, NodeReservation reservation)
    {
        Node node = reservation.Node;
        string forHami = node.Regime == AllocationRegime.Hami && !reservation.Devices.IsEmpty ? HamiAllocation.Encode(queued.Pod.Spec, node, reservation.Devices) : "";
        ImmutableArray<ClaimVolume> bound = BeginVolumes(profile, queued, node, out TimeSpan timeout, out string? problem);
        if (problem is not null)
        {
            finish(queued, reservation, new BindOutcome(BindOutcomeKind.Retry, problem));
            return;
        }

        BindRequest request = new(
            queued.Pod.Namespace, queued.Pod.Name, queued.Pod.Uid, node.Name,

            // Claims say what they are allocated; where a device stands in a node's list may change.
            node.Regime == AllocationRegime.Dra ? DeviceSet.Empty : ClusterMirror.StatedDevices(node, reservation.Devices), forHami)
        {
            Claims = claims.BindingsOf(queued.Pod, node, reservation.Devices),
            Volumes = bound,
            VolumeTimeout = timeout,
        };
        if (queued.Pod.Gang is not null || !request.Claims.IsEmpty || !queued.Pod.Volumes.IsEmpty)
        {
            _kept[queued] = request;
            claims.BeginWrites(queued, request);
        }

        binder.Start(profile, reservation, request, outcome => finish(queued, reservation, outcome));
    }

    public bool TryTakeBack(QueuedPodInfo queued)
    {
        if (!_kept.Remove(queued, out BindRequest? request))
        {
            return false;
        }

        if (!request.TryTakeBack())
        {
            // It has begun, and its outcome comes.
            _kept.Add(queued, request);
            return false;
        }

        claims.EndWrites(queued, request, null);
        volumes.End(queued.Pod);
        return true;
    }

    /// <summary>The request of a pod whose claims are to be bound first; null: there is none.</summary>
    public BindRequest? FindBinding(QueuedPodInfo queued) => _kept.TryGetValue(queued, out BindRequest? request) && !request.Volumes.IsEmpty ? request : null;

    /// <summary>The outcome is there; it is not known since <paramref name="unknownSince"/>.</summary>
    public void End(QueuedPodInfo queued, long? unknownSince)
    {
        if (_kept.Remove(queued, out BindRequest? request))
        {
            claims.EndWrites(queued, request, unknownSince);
            volumes.End(queued.Pod);
        }
    }

    private ImmutableArray<ClaimVolume> BeginVolumes(Profile profile, QueuedPodInfo queued, Node node, out TimeSpan timeout, out string? problem)
    {
        (timeout, problem) = (default, null);
        if (queued.Pod.Volumes.IsEmpty || profile.Filter.OfType<IVolumeBindingPlugin>().FirstOrDefault() is not { } plugin)
        {
            return [];
        }

        timeout = plugin.BindTimeout;
        return volumes.Begin(queued.Pod, node, out problem);
    }
}
