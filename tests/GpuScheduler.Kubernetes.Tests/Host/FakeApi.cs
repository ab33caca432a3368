using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>
/// An API server of the tests: what it holds is the truth. Watch events and answers to binds are delivered when the test says so, in
/// any order the real one could show; a bind may be processed with its answer lost, or not processed at all.
/// </summary>
internal sealed class FakeApi : IBinder, IEvictor
{
    private readonly Queue<Action> _watch = new();
    private readonly List<(BindRequest Request, Action<BindOutcome> Done, bool IsSent)> _binds = [];
    private readonly List<(EvictionRequest Request, Action<EvictionOutcome> Done)> _evictions = [];
    private int _version;

    /// <summary>Writes are answered now.</summary>
    private bool _isHeard;
    private int _uid;

    public Dictionary<string, PodObject> Pods { get; } = [];

    public Dictionary<string, NodeObject> Nodes { get; } = [];

    /// <summary>Every bind that the server carried out: pod UID to node and devices.</summary>
    public List<(string Uid, string Node, DeviceSet Devices)> Bound { get; } = [];

    /// <summary>Requests for binds that have no answer yet.</summary>
    public IEnumerable<BindRequest> Requests => _binds.Select(b => b.Request);

    public int MaxBinds { get; init; } = 8;

    public bool HasRoom => _binds.Count < MaxBinds;

    public int PendingEvents => _watch.Count;

    public int PendingBinds => _binds.Count;

    public int PendingEvictions => _evictions.Count;

    public SchedulingEngine? Engine { get; set; }

    public void Start(Profile profile, NodeReservation reservation, BindRequest request, Action<BindOutcome> done) => _binds.Add((request, done, false));

    public void Start(EvictionRequest request, Action<EvictionOutcome> done) => _evictions.Add((request, done));

    /// <summary>Lets the server process evictions: it marks the pods for deletion, or refuses.</summary>
    public void AnswerEvictions(int which, bool isRefused = false)
    {
        if (_evictions.Count == 0)
        {
            return;
        }

        (EvictionRequest request, Action<EvictionOutcome> done) = _evictions[which % _evictions.Count];
        _evictions.RemoveAt(which % _evictions.Count);
        foreach (EvictionTarget target in isRefused ? [] : request.Targets)
        {
            Change(target.Uid, p => p with { DeletionTimestamp = p.DeletionTimestamp ?? DateTimeOffset.UnixEpoch });
        }

        done(isRefused ? new EvictionOutcome(0, 0, true, "the budget has nothing left") : EvictionOutcome.Done);
    }

    public PodObject Create(string name, PodSpec spec, string node = "", DeviceSet devices = default, int priority = 0, GangMembership? gang = null, PodConstraints disregarded = 0, TimeSpan? deadline = null, ImmutableArray<string> volumes = default, params ImmutableArray<string> claims)
    {
        PodObject pod = new()
        {
            Pod = new Pod { Name = name, Uid = $"uid-{++_uid}", Spec = spec, BoundNode = node, BoundDevices = devices, Priority = priority, Gang = gang, Disregarded = disregarded, ActiveDeadline = deadline, Claims = [.. claims.Select(c => new PodClaim(c, c, ""))], Volumes = volumes.IsDefault ? [] : [.. volumes.Select(v => new PodVolume("v", v))] },
            ResourceVersion = NextVersion(),
        };
        Show(pod);
        return pod;
    }

    public void Change(string uid, Func<Pod, Pod> change)
    {
        if (Pods.TryGetValue(uid, out PodObject? pod))
        {
            Show(new PodObject { Pod = change(pod.Pod), ResourceVersion = NextVersion() });
        }
    }

    public void Delete(string uid)
    {
        if (Pods.Remove(uid))
        {
            _watch.Enqueue(() => Engine!.Mirror.RemovePod(uid));
        }
    }

    public void SetNode(Node node)
    {
        NodeObject shown = new() { Node = node, ResourceVersion = NextVersion() };
        Nodes[node.Name] = shown;
        _watch.Enqueue(() => Engine!.Mirror.SetNode(shown));
    }

    public void RemoveNode(string name)
    {
        if (Nodes.Remove(name))
        {
            _watch.Enqueue(() => Engine!.Mirror.RemoveNode(name));
        }
    }

    /// <summary>An object that states a gang, of the native API.</summary>
    public void SetGang(GangObject gang)
    {
        StatedGang shown = new(gang, GangApi.Of(gang.Key)!, "v1beta1", NextVersion(), null);
        _watch.Enqueue(() => Engine!.SetGang(shown));
    }

    public void RemoveGang(GangKey key) => _watch.Enqueue(() => Engine!.RemoveGang(key));

    /// <summary>Lets the engine see the next watch event.</summary>
    public void DeliverEvent()
    {
        if (_watch.TryDequeue(out Action? change))
        {
            Engine!.Post(change);
        }
    }

    /// <summary>Loses the next watch event; a server never does that, which is why nobody would notice.</summary>
    public void LoseEvent() => _watch.TryDequeue(out _);

    public ClusterListing List()
    {
        string version = _version.ToString(CultureInfo.InvariantCulture);
        return new ClusterListing([.. Pods.Values], version, [.. Nodes.Values], version) { Claims = [.. Claims.Values], ClaimsVersion = version };
    }

    /// <summary>Lets the server process a bind, and says how it ends for the client.</summary>
    public void AnswerBind(int which, BindFate fate)
    {
        if (_binds.Count == 0)
        {
            return;
        }

        (BindRequest request, Action<BindOutcome> done, bool isSent) = _binds[which % _binds.Count];
        _binds.RemoveAt(which % _binds.Count);
        if (!isSent && !request.TryBegin())
        {
            return;
        }

        _isHeard = false;
        if (fate == BindFate.ClaimsAlone)
        {
            TryWriteClaims(request, out _);
            done(new BindOutcome(BindOutcomeKind.Unknown, "claims could not be given back"));
            return;
        }

        _isHeard = fate == BindFate.Answered;
        BindOutcome outcome = fate is BindFate.NotProcessed or BindFate.UnknownNotProcessed ? new BindOutcome(BindOutcomeKind.Retry, "busy") : Process(request);
        _isHeard = false;
        done(fate is BindFate.UnknownProcessed or BindFate.UnknownNotProcessed ? new BindOutcome(BindOutcomeKind.Unknown, "no answer") : outcome);
    }

    /// <summary>A bind request leaves the scheduler: from now on it cannot be taken back.</summary>
    public void SendBind(int which)
    {
        if (_binds.Count == 0)
        {
            return;
        }

        int index = which % _binds.Count;
        (BindRequest request, Action<BindOutcome> done, bool isSent) = _binds[index];
        if (isSent || request.TryBegin())
        {
            _binds[index] = (request, done, true);
        }
        else
        {
            _binds.RemoveAt(index);
        }
    }

    private BindOutcome Process(BindRequest request)
    {
        if (!Pods.TryGetValue(request.Uid, out PodObject? pod))
        {
            return new BindOutcome(BindOutcomeKind.PodGone, "not found");
        }

        if (pod.Pod.BoundNode.Length > 0)
        {
            return new BindOutcome(BindOutcomeKind.BoundElsewhere, "already assigned", pod.Pod.BoundNode, pod.Pod.BoundDevices);
        }

        if (!TryWriteClaims(request, out string why))
        {
            GiveBack(request);
            return new BindOutcome(BindOutcomeKind.Retry, why);
        }

        if (!Volumes.TryWrite(request, out why))
        {
            return new BindOutcome(BindOutcomeKind.VolumesNotBound, why);
        }

        if (!Volumes.Binds && !request.Volumes.IsEmpty)
        {
            Volumes.Release(request);
            return new BindOutcome(BindOutcomeKind.VolumesNotBound, "not bound in time");
        }

        Volumes.Bind();
        Bound.Add((request.Uid, request.Node, request.Devices));
        Change(request.Uid, p => p with { BoundNode = request.Node, BoundDevices = request.Devices });
        return new BindOutcome(BindOutcomeKind.Bound);
    }

    /// <summary>Volumes, and their controller.</summary>
    public FakeVolumes Volumes => field ??= new FakeVolumes(this);

    /// <summary>A watch shows something.</summary>
    public void Show(Action<SchedulingEngine> change) => _watch.Enqueue(() => change(Engine!));

    /// <summary>Claims by name.</summary>
    public Dictionary<string, ResourceClaim> Claims { get; } = [];

    public void SetClaim(ResourceClaim claim)
    {
        ResourceClaim shown = claim with { ResourceVersion = NextVersion() };
        Claims[claim.Name] = shown;
        if (_isHeard)
        {
            // The answer to a write is heard before any watch shows it.
            Engine!.Post(() => Engine.Mirror.SetClaim(shown));
        }

        _watch.Enqueue(() => Engine!.Mirror.SetClaim(shown));
    }

    public void RemoveClaim(string name)
    {
        if (Claims.Remove(name, out ResourceClaim? last))
        {
            _watch.Enqueue(() => Engine!.Mirror.RemoveClaim(last));
        }
    }

    /// <summary>Shows all that this server holds to an engine that starts anew.</summary>
    public void ShowAllTo(EngineRun run)
    {
        foreach (NodeObject node in Nodes.Values)
        {
            run.Engine.Mirror.SetNode(node);
        }

        foreach (PodObject pod in Pods.Values)
        {
            run.Engine.Mirror.SetPod(pod);
        }

        foreach (ResourceClaim claim in Claims.Values)
        {
            run.Engine.Mirror.SetClaim(claim);
        }

        Volumes.ShowAllTo(run);
    }

    public void SetSlice(ResourceSlice slice) => _watch.Enqueue(() => Engine!.Mirror.SetSlice(slice));

    public void SetDeviceClass(DeviceClass deviceClass) => _watch.Enqueue(() => Engine!.Mirror.SetDeviceClass(deviceClass));

    public void ListClaims() => _watch.Enqueue(() => Engine!.Mirror.ClaimsAreListed());

    /// <summary>What the claim controller does: pods that are gone or have ended use nothing, and what nobody uses is not allocated any more.</summary>
    public void CollectClaims()
    {
        foreach (ResourceClaim claim in Claims.Values.Where(c => !c.ReservedFor.IsEmpty).ToArray())
        {
            string[] users = [.. claim.ReservedFor.Where(uid => Pods.TryGetValue(uid, out PodObject? pod) && !pod.Pod.IsTerminal)];
            if (users.Length < claim.ReservedFor.Length)
            {
                SetClaim(claim with { ReservedFor = [.. users], Allocation = users.Length == 0 ? null : claim.Allocation });
            }
        }
    }

    private bool TryWriteClaims(BindRequest request, out string why)
    {
        why = "";
        foreach (ClaimBinding binding in request.Claims)
        {
            if (!Claims.TryGetValue(binding.Name, out ResourceClaim? claim) || claim.Uid != binding.Uid
                || (claim.Allocation is null ? binding.Devices.IsEmpty : !binding.Devices.IsEmpty && !claim.Allocation.Devices.SequenceEqual(binding.Devices)))
            {
                why = $"claim {binding.Name} is not as it was decided";
                return false;
            }

            SetClaim(claim with
            {
                Allocation = claim.Allocation ?? new ClaimAllocation(
                    binding.Devices, [new NodeSelectorTerm { MatchFields = [new NodeSelectorRequirement("metadata.name", NodeSelectorOperator.In, [request.Node])] }]),
                ReservedFor = claim.ReservedFor.Contains(request.Uid) ? claim.ReservedFor : claim.ReservedFor.Add(request.Uid),
            });
        }

        return true;
    }

    private void GiveBack(BindRequest request)
    {
        foreach (ClaimBinding binding in request.Claims)
        {
            if (Claims.TryGetValue(binding.Name, out ResourceClaim? claim) && claim.ReservedFor.Contains(request.Uid))
            {
                ResourceClaim without = claim with { ReservedFor = claim.ReservedFor.Remove(request.Uid) };
                SetClaim(without.ReservedFor.IsEmpty && !binding.Devices.IsEmpty ? without with { Allocation = null } : without);
            }
        }
    }

    private void Show(PodObject pod)
    {
        Pods[pod.Pod.Uid] = pod;
        _watch.Enqueue(() => Engine!.Mirror.SetPod(pod));
    }

    public string NextVersion() => (++_version).ToString(CultureInfo.InvariantCulture);
}
