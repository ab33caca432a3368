using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>Claims, and the devices that can be claimed, as the API has them. Engine's thread.</summary>
/// <param name="shapes">Known products.</param>
internal sealed class ClaimTable(ShapeCatalog shapes)
{
    private readonly Dictionary<ObjectKey, ClaimRecord> _claims = [];

    public DeviceInventory Devices { get; } = new();

    public ClaimResolver Resolver => field ??= new ClaimResolver(Devices);

    /// <summary>True once claims, slices and classes have been listed: before, nobody knows which devices are taken, and none is handed out.</summary>
    public bool IsReady { get; set; }

    /// <summary>Claims of which something changed: who holds their devices and what follows for their pods is looked at anew before the next decision.</summary>
    public HashSet<ClaimRecord> Unsettled { get; } = [];

    public IReadOnlyCollection<ClaimRecord> All => _claims.Values;

    /// <summary>What is known of a claim; null: the API does not show it and no pod names it.</summary>
    public ClaimRecord? Find(string podNamespace, string name) => _claims.GetValueOrDefault(new ObjectKey(podNamespace, name));

    /// <summary>The API shows this claim; null where it showed a younger state before.</summary>
    public ClaimRecord? Set(ResourceClaim claim)
    {
        ClaimRecord record = Of(claim.Namespace, claim.Name);
        if (record.Latest is { } known && known.Uid == claim.Uid && ResourceVersions.IsOlder(claim.ResourceVersion, known.ResourceVersion))
        {
            return null;
        }

        record.Latest = claim;
        return record;
    }

    /// <summary>The API shows this claim no more; null where it shows another of its name.</summary>
    public ClaimRecord? Remove(ResourceClaim claim)
    {
        if (Find(claim.Namespace, claim.Name) is not { Latest: { } known } record || known.Uid != claim.Uid)
        {
            return null;
        }

        record.Latest = null;
        Forget(new ObjectKey(claim.Namespace, claim.Name), record);
        return record;
    }

    /// <summary>The pod names its claims; gives those that other pods name, too, and that did not know of it.</summary>
    public IEnumerable<ClaimRecord> Refer(Pod pod)
    {
        List<ClaimRecord> shared = [];
        foreach (PodClaim claim in pod.Claims.Where(c => c.Claim.Length > 0))
        {
            ClaimRecord record = Of(pod.Namespace, claim.Claim);
            if (record.Pods.Add(pod.Uid) && record.Pods.Count > 1)
            {
                shared.Add(record);
            }
        }

        return shared;
    }

    /// <summary>The pod is gone.</summary>
    public void Unrefer(Pod pod)
    {
        foreach (PodClaim claim in pod.Claims)
        {
            if (Find(pod.Namespace, claim.Claim) is { } record && record.Pods.Remove(pod.Uid))
            {
                Forget(new ObjectKey(pod.Namespace, claim.Claim), record);
            }
        }
    }

    /// <summary>The node with the devices that can be claimed on it.</summary>
    public NodeObject Dress(NodeObject node)
    {
        NodeObject read = node.AsRead ?? node;
        Node dressed = Devices.Dress(read.Node, shapes, out string? problem);
        if (!IsReady && dressed.Regime == AllocationRegime.Dra)
        {
            dressed = dressed with { Shape = DeviceShape.None, DeviceUuids = [] };
        }

        return ReferenceEquals(dressed, read.Node) && problem is null ? read : new NodeObject
        {
            Node = dressed,
            ResourceVersion = read.ResourceVersion,
            Problems = problem is null ? read.Problems : read.Problems.Add(problem),
            AsRead = read,
        };
    }

    /// <summary>These claims of a pod are being written.</summary>
    public void BeginWrites(QueuedPodInfo owner, BindRequest request)
    {
        foreach (ClaimBinding claim in request.Claims.Where(c => !c.Devices.IsEmpty))
        {
            if (Find(request.Namespace, claim.Name) is { } record)
            {
                record.Writing = new ClaimWrite(owner, request.Node, [.. claim.Devices.Select(d => d.Id.ToString())]);
            }
        }
    }

    /// <summary>What became of them is known; or nobody knows, since <paramref name="unknownSince"/>.</summary>
    public void EndWrites(QueuedPodInfo owner, BindRequest request, long? unknownSince)
    {
        foreach (ClaimBinding claim in request.Claims)
        {
            if (Find(request.Namespace, claim.Name) is { Writing: { } write } record && ReferenceEquals(write.Owner, owner))
            {
                record.Writing = unknownSince is null ? null : write with { UnknownSince = unknownSince };
                Unsettled.Add(record);
            }
        }
    }

    /// <summary>Claims were read from the API's store so long after that no write can be on its way any more: what they show is all there is.</summary>
    public void ForgetWrites(Func<long, bool> isOver)
    {
        foreach (ClaimRecord record in _claims.Values.Where(r => r.Writing?.UnknownSince is { } since && isOver(since)))
        {
            record.Writing = null;
            Unsettled.Add(record);
        }
    }

    /// <summary>
    /// The node of what a claim is allocated and the names of its devices there, or of what is being written; none where there is nothing that we hand out.
    /// </summary>
    public (string Node, ImmutableArray<string> Names) TakenBy(ClaimRecord claim) =>
        claim.Latest is { Allocation: null } && claim.Writing is { } write ? (write.Node, write.Names) : AllocatedTo(claim);

    /// <summary>The node of what a claim is allocated and the names of its devices there; none where there is nothing that we hand out.</summary>
    public (string Node, ImmutableArray<string> Names) AllocatedTo(ClaimRecord claim)
    {
        if (claim.Latest?.Allocation is not { } allocation)
        {
            return ("", []);
        }

        (DeviceId Id, string? Node)[] devices = [.. allocation.Devices.Select(d => (d.Id, Devices.NodeOf(d.Id)))];
        string node = devices.FirstOrDefault(d => d.Node is not null).Node ?? "";
        return (node, [.. devices.Where(d => d.Node == node).Select(d => d.Id.ToString()).Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>What is written into the claims of a pod that gets these devices of this node.</summary>
    public ImmutableArray<ClaimBinding> BindingsOf(Pod pod, Node node, DeviceSet devices)
    {
        if (pod.Claims.IsEmpty)
        {
            return [];
        }

        Queue<DeviceId> given = new(Enumerable.Range(0, node.DeviceUuids.Length).Where(devices.Contains).Select(i => DeviceId.Parse(node.DeviceUuids[i])));
        ImmutableArray<ClaimBinding>.Builder bindings = ImmutableArray.CreateBuilder<ClaimBinding>();
        foreach (PodClaim entry in pod.Claims.DistinctBy(c => c.Claim))
        {
            if (Find(pod.Namespace, entry.Claim)?.Latest is { } claim)
            {
                // A claim that asks for more than was decided is another than it was; whoever writes it finds it so.
                ClaimRequest[] requests = entry.IsHeld && claim.Requests.Sum(r => (long)r.Count) <= given.Count ? [.. claim.Requests] : [];
                bindings.Add(new ClaimBinding(
                    claim.Name, claim.Uid,
                    [.. requests.SelectMany(r => Enumerable.Range(0, r.Count).Select(_ => new AllocatedDevice(r.Name, given.Dequeue())))],
                    [.. requests.SelectMany(r => (Resolver.Find(r.DeviceClass)?.Configurations ?? []).Select(c => (r.Name, c)))]));
            }
        }

        return bindings.ToImmutable();
    }

    private ClaimRecord Of(string claimNamespace, string name)
    {
        ObjectKey key = new(claimNamespace, name);
        if (!_claims.TryGetValue(key, out ClaimRecord? record))
        {
            _claims.Add(key, record = new ClaimRecord());
        }

        return record;
    }

    private void Forget(ObjectKey key, ClaimRecord record)
    {
        if (record.Latest is null && record.Pods.Count == 0)
        {
            _claims.Remove(key);
        }
    }
}
