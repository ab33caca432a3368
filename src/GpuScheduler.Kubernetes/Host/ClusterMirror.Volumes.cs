using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <content>
/// Volumes (docs/volumes.md). What a pod's claims ask of nodes is part of its spec, and so of its class; when claims, volumes or classes change, the pods that they concern are
/// looked at anew, and those that then ask something else are tried.
/// </content>
internal sealed partial class ClusterMirror
{
    private const string NotListed =
        "PersistentVolumeClaims, PersistentVolumes and StorageClasses to be listed (where that is not allowed to this scheduler its log says so; manifests/base/rbac.yaml has the rule)";

    private readonly VolumeTable _volumes;

    /// <summary>Volumes as the API has them.</summary>
    public VolumeTable Volumes => _volumes;

    /// <summary>Volumes, claims and classes have been listed.</summary>
    public void VolumesAreListed()
    {
        _volumes.IsReady = true;
        _volumes.Unsettled.UnionWith(_volumes.Named);
    }

    /// <summary>Draws what follows from all that changed in volumes. Before each decision.</summary>
    /// <returns>False where there was nothing to do.</returns>
    public bool SettleVolumes()
    {
        if (!_volumes.IsReady || _volumes.Unsettled.Count == 0)
        {
            return false;
        }

        string[] pods = [.. _volumes.Unsettled.SelectMany(_volumes.UsersOf).Distinct(StringComparer.Ordinal)];
        _volumes.Unsettled.Clear();
        foreach (string uid in pods)
        {
            if (Find(uid) is { State: PodState.Pending or PodState.Ignored } record)
            {
                SetPod(record.Latest);
            }
        }

        return true;
    }

    /// <summary>An assumed pod waits until its claims are bound; it is told after a while.</summary>
    public void NoteBinding(PodRecord record, BindRequest request)
    {
        record.Waits = $"its volumes on node {request.Node}: {string.Join(", ", request.Volumes.Select(v => v.IsMade
            ? $"one to be made for PersistentVolumeClaim {request.Namespace}/{v.Claim}"
            : $"PersistentVolume {v.Volume} to be bound to PersistentVolumeClaim {request.Namespace}/{v.Claim}"))}";
        _waiting.Enqueue((record, record.Waits, _time.GetUtcNow()));
    }

    /// <summary>The pod with what its volumes ask now.</summary>
    private PodObject DressVolumes(PodObject pod, PodRecord? record)
    {
        PodObject read = pod.Pod.Claims.IsEmpty ? pod.AsRead ?? pod : pod;
        if (read.Pod.IsTerminal || !_scheduler.Serves(read.Pod.Spec.SchedulerName))
        {
            return read;
        }

        bool isBound = read.Pod.BoundNode.Length > 0;
        string waits = read.Waits.Length > 0 || isBound || _volumes.IsReady ? read.Waits : NotListed;

        // What was decided here stays as it was decided when the API shows it bound, so that the two are seen to be the same.
        VolumeNeeds? needs = !isBound ? _volumes.IsReady ? _volumes.Inventory.NeedsOf(read.Pod, c => IsUsed(c, record)) : null
            : record is { State: PodState.Assumed or PodState.Bound } && record.Node == read.Pod.BoundNode ? record.Model.Spec.Volumes : null;
        return needs is null && waits == read.Waits ? read : new PodObject
        {
            Pod = read.Pod with { Spec = read.Pod.Spec with { Volumes = needs } },
            ResourceVersion = read.ResourceVersion,
            Scheduled = read.Scheduled,
            Problems = read.Problems,
            Waits = waits,
            AsRead = read.AsRead ?? read,
        };
    }

    private bool IsUsed(PersistentVolumeClaim claim, PodRecord? by) =>
        _volumes.UsersOf(new ObjectKey(claim.Namespace, claim.Name)).Any(uid => Find(uid) is { State: PodState.Assumed or PodState.Bound } other && !ReferenceEquals(other, by));
}
