using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <content>
/// Claims, and the devices that can be claimed (docs/dra.md). What is allocated is held by a pod that is bound or assumed, or, where there is none, by the claim itself
/// (its keeper): so it is free only when the API shows the claim unallocated.
/// </content>
internal sealed partial class ClusterMirror
{
    /// <summary>Time after which it is told what a pod waits for: controllers need a moment to make a claim.</summary>
    private static readonly TimeSpan TellsAfter = TimeSpan.FromSeconds(5);

    private readonly ClaimTable _claims;
    private readonly ClaimedPods _claimed;

    private readonly HashSet<string> _undressed = new(StringComparer.Ordinal);
    private readonly HashSet<Pod> _keepers = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<(PodRecord Record, string Waits, DateTimeOffset Since)> _waiting = new();
    private int _kindsVersion;

    /// <summary>Claims as the API has them.</summary>
    public ClaimTable Claims => _claims;

    /// <summary>Claims, slices and classes have been listed.</summary>
    public void ClaimsAreListed()
    {
        _claims.IsReady = true;
        _undressed.UnionWith(_nodes.Keys);
        _claims.Unsettled.UnionWith(_claims.All);
        foreach (PodRecord record in _pods.Values.Where(r => !r.Latest.Pod.Claims.IsEmpty).ToArray())
        {
            SetPod(record.Latest);
        }
    }

    /// <summary>The API shows this claim, new or changed. A state older than the one known is ignored.</summary>
    public void SetClaim(ResourceClaim claim)
    {
        if (_claims.Set(claim) is { } record)
        {
            _claims.Unsettled.Add(record);
        }
    }

    /// <summary>The API shows this claim no more.</summary>
    public void RemoveClaim(ResourceClaim last)
    {
        _removed?.Add(last.Uid);
        if (_claims.Remove(last) is { } record)
        {
            _claims.Unsettled.Add(record);
        }
    }

    /// <summary>The API shows this slice, new or changed.</summary>
    public void SetSlice(ResourceSlice slice) => NoteDevices(slice, _claims.Devices.Set(slice));

    /// <summary>The API shows this slice no more.</summary>
    public void RemoveSlice(ResourceSlice last) => NoteDevices(last, _claims.Devices.Remove(last.Name));

    /// <summary>The API shows this class, new or changed.</summary>
    public void SetDeviceClass(DeviceClass deviceClass)
    {
        _claims.Resolver.Set(deviceClass);
        _claims.Unsettled.UnionWith(_claims.All);
    }

    /// <summary>The API shows this class no more.</summary>
    public void RemoveDeviceClass(DeviceClass last)
    {
        _claims.Resolver.RemoveClass(last.Name);
        _claims.Unsettled.UnionWith(_claims.All);
    }

    /// <summary>Draws what follows from all that changed in claims and in what can be claimed. Before each decision.</summary>
    /// <returns>False where there was nothing to do.</returns>
    public bool SettleClaims()
    {
        bool areKindsNew = _kindsVersion != _claims.Devices.KindsVersion;
        if (!_claims.IsReady || (_claims.Unsettled.Count == 0 && _undressed.Count == 0 && !areKindsNew))
        {
            return false;
        }

        foreach (string name in _undressed)
        {
            if (_nodes.TryGetValue(name, out NodeObject? node))
            {
                SetNode(node);
            }
        }

        if (_undressed.Count > 0)
        {
            _undressed.Clear();
            SettleNodes();
        }

        if (areKindsNew)
        {
            _kindsVersion = _claims.Devices.KindsVersion;
            _claims.Unsettled.UnionWith(_claims.All);
        }

        while (_claims.Unsettled.Count > 0)
        {
            ClaimRecord[] claims = [.. _claims.Unsettled];
            _claims.Unsettled.Clear();
            foreach (ClaimRecord claim in claims)
            {
                SettleKeeper(claim);
                foreach (PodRecord record in claim.Pods.Select(Find).OfType<PodRecord>().ToArray())
                {
                    SetPod(record.Latest);
                }
            }
        }

        return true;
    }

    /// <summary>Tells of pods that have waited for their claims for a while.</summary>
    public void TellWaiting()
    {
        while (_waiting.TryPeek(out (PodRecord Record, string Waits, DateTimeOffset Since) waiting) && _time.GetUtcNow() - waiting.Since >= TellsAfter)
        {
            _waiting.Dequeue();
            if (waiting.Record.State is PodState.Ignored or PodState.Assumed && waiting.Record.Waits == waiting.Waits)
            {
                _observer.PodProblem(waiting.Record, waiting.Record.State == PodState.Ignored ? ProblemKind.WaitsForClaim : ProblemKind.WaitsForVolumes, $"waiting for {waiting.Waits}");
            }
        }
    }

    private void NoteDevices(ResourceSlice slice, IReadOnlyCollection<string> nodes)
    {
        _undressed.UnionWith(nodes);
        if (!_claims.IsReady)
        {
            // All of them are looked at then.
            return;
        }

        _claims.Unsettled.UnionWith(_claims.All.Where(c => c.Latest?.Allocation?.Devices.Any(d => d.Id.Driver == slice.Driver && d.Id.Pool == slice.Pool) ?? false));
    }

    /// <summary>Notes who waits for what, to tell it later.</summary>
    private void NoteWaiting(PodRecord record, bool isAgain = false)
    {
        if (record.Latest.Waits.Length > 0 && _scheduler.Serves(record.Latest.Pod.Spec.SchedulerName) && (isAgain || record.Waits != record.Latest.Waits))
        {
            _waiting.Enqueue((record, record.Latest.Waits, _time.GetUtcNow()));
        }

        record.Waits = record.Latest.Waits;
    }

    /// <summary>The pod has its place: the devices of its claims are its own from here on.</summary>
    private void TakeClaims(PodRecord record)
    {
        foreach (ClaimRecord claim in HeldBy(record))
        {
            RemoveKeeper(claim);
            claim.Holder ??= record;
            claim.Left = null;
            _claims.Unsettled.Add(claim);
        }
    }

    /// <summary>The pod has no place any more.</summary>
    private void DropClaims(PodRecord record)
    {
        foreach (ClaimRecord claim in HeldBy(record))
        {
            if (ReferenceEquals(claim.Holder, record))
            {
                claim.Holder = null;
                claim.Left = record.State == PodState.Ended ? record.Latest.Pod : null;
                _claims.Unsettled.Add(claim);
            }
        }
    }

    private IEnumerable<ClaimRecord> HeldBy(PodRecord record) =>
        record.Model.Claims.IsEmpty ? [] : record.Model.Claims.Where(c => c.IsHeld).Select(c => _claims.Find(record.Model.Namespace, c.Claim)).OfType<ClaimRecord>();

    private void SettleKeeper(ClaimRecord claim)
    {
        Pod? wanted = claim.Holder is null ? _claimed.KeeperOf(claim) : null;
        if (claim.Keeper is { } keeper)
        {
            if (wanted is not null && wanted.Uid == keeper.Model.Uid && wanted.BoundNode == keeper.Node && wanted.BoundUuids.SequenceEqual(keeper.Model.BoundUuids))
            {
                return;
            }

            string node = keeper.Node;
            RemoveKeeper(claim);
            Readopt(node);
        }

        if (wanted is not null)
        {
            claim.Keeper = keeper = new PodRecord(new PodObject { Pod = wanted }) { State = PodState.Bound, Class = _scheduler.Cluster.Classes.Intern(wanted.Spec) };
            _keepers.Add(wanted);
            MoveTo(keeper, wanted.BoundNode);
            Place(keeper, mayTell: false);
        }
    }

    private void RemoveKeeper(ClaimRecord claim)
    {
        if (claim.Keeper is not { } keeper)
        {
            return;
        }

        claim.Keeper = null;
        _keepers.Remove(keeper.Model);
        string node = keeper.Node;
        MoveTo(keeper, "");
        if (keeper.IsPlaced && _scheduler.Cluster.Working.Directory.TryFind(node, out int index))
        {
            _scheduler.Release(index, keeper.Model, keeper.Class!);
        }
    }
}
