using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>What follows for pods from their claims: what they ask, where they may go, what they hold, what they wait for. Engine's thread.</summary>
/// <param name="table">The claims.</param>
/// <param name="findNode">A node as the snapshot is to have it; null: it is not there.</param>
internal sealed class ClaimedPods(ClaimTable table, Func<string, NodeObject?> findNode)
{
    /// <summary>The pod with what its claims ask and hold now.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="record">What is known of it; null: it is new.</param>
    public PodObject Dress(PodObject pod, PodRecord? record)
    {
        PodObject read = pod.AsRead ?? pod;
        return read.Pod.Claims.IsEmpty || read.Pod.IsTerminal ? read
            : read.Pod.BoundNode.Length > 0 ? DressBound(read, record)
            : DressPending(read, record);
    }

    private PodObject DressPending(PodObject read, PodRecord? record)
    {
        Pod pod = read.Pod;
        List<string> problems = [.. read.Problems];
        List<ResourceClaim> asked = [];
        NodeAffinity? affinity = pod.Spec.NodeAffinity;
        string waits = table.IsReady ? "" : "ResourceClaims to be listed: the API server has none yet (resource.k8s.io/v1 is served from Kubernetes 1.34 on)";
        ImmutableArray<PodClaim>.Builder entries = ImmutableArray.CreateBuilder<PodClaim>(pod.Claims.Length);
        foreach (PodClaim entry in table.IsReady ? pod.Claims : [])
        {
            ClaimRecord? claim = table.Find(pod.Namespace, entry.Claim);
            waits = waits.Length > 0 ? waits : WaitsFor(entry, claim, record, pod);
            bool isHeld = claim?.Latest is { Allocation: null };
            entries.Add(entry with { IsHeld = isHeld });
            if (isHeld && !asked.Contains(claim!.Latest!))
            {
                asked.Add(claim!.Latest!);
                if (pod.Gang is not null && claim.Pods.Count > 1)
                {
                    problems.Add($"{claim.Latest}: pods of a gang are placed together and cannot share a claim that is not allocated yet; let each have its own (resourceClaimTemplateName)");
                }
            }
            else if (claim?.Latest?.Allocation?.Nodes is { } nodes)
            {
                affinity = ClaimPins.And(affinity, nodes);
            }
        }

        PodSpec spec = pod.Spec with { NodeAffinity = affinity };
        if (asked.Count > 0 && waits.Length == 0)
        {
            ClaimedDevices claimed = table.Resolver.Resolve(asked);
            problems.AddRange(claimed.Problems);
            if (!pod.Spec.Devices.IsNone && !claimed.Request.IsNone)
            {
                problems.Add($"spec.resourceClaims asks for devices ({claimed.Request.Source}) and so does {pod.Spec.Devices.Source}; keep one of them");
            }

            spec = claimed.Request.IsNone ? spec : spec with { Devices = claimed.Request };
        }

        return Dressed(read, pod with { Spec = spec, Claims = entries.Count > 0 ? entries.ToImmutable() : pod.Claims }, [.. problems], waits);
    }

    private static string WaitsFor(PodClaim entry, ClaimRecord? claim, PodRecord? record, Pod pod) =>
        entry.Claim.Length == 0 ? $"the ResourceClaim of its entry {entry.Name}, to be made of ResourceClaimTemplate {entry.Template}"
        : claim?.Latest is not { } latest ? $"ResourceClaim {pod.Namespace}/{entry.Claim}, which does not exist"
        : latest.IsDeleting ? $"{latest}, which is being deleted, to be made anew"
        : claim.IsFreeing ? $"{latest}, which is being deallocated"
        : latest.Allocation is not null
            ? latest.ReservedFor.Length >= ClaimApi.MaxReserved && !latest.ReservedFor.Contains(pod.Uid) ? $"{latest}, which is reserved for {latest.ReservedFor.Length} pods, the most there can be" : ""
        : claim.Holder is { } holder && !ReferenceEquals(holder, record) ? $"{latest}, which is being allocated for pod {holder.Model}"
        : claim is { Holder: null, Writing: { } write } ? $"{latest}, which may be allocated for pod {write.Owner.Pod} just now"
        : "";

    /// <summary>
    /// A bound pod holds what its claims are allocated, where nobody else does already. What was decided here stays as it was decided until the API shows it bound, so
    /// that the two are seen to be the same.
    /// </summary>
    private PodObject DressBound(PodObject read, PodRecord? record)
    {
        Pod pod = read.Pod;
        PodRecord? there = record is { State: PodState.Assumed or PodState.Bound } && record.Node == pod.BoundNode ? record : null;
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<PodClaim>.Builder entries = ImmutableArray.CreateBuilder<PodClaim>(pod.Claims.Length);
        bool isAsDecided = there is not null, isAllocated = true;
        foreach (PodClaim entry in pod.Claims)
        {
            ClaimRecord? claim = table.IsReady ? table.Find(pod.Namespace, entry.Claim) : null;
            bool wasHeld = there?.Model.Claims.Any(c => c.IsHeld && c.Claim == entry.Claim) ?? false;
            (string node, ImmutableArray<string> allocated) = claim is null ? ("", []) : table.AllocatedTo(claim);
            bool isHeld = wasHeld
                || (there?.State != PodState.Assumed && node == pod.BoundNode && (claim!.Holder is null || ReferenceEquals(claim.Holder, record)));
            entries.Add(entry with { IsHeld = isHeld });
            isAsDecided &= isHeld == wasHeld;
            if (isHeld)
            {
                names.AddRange(node == pod.BoundNode ? allocated : []);
                isAllocated &= node == pod.BoundNode;
            }
        }

        // What the watch of claims does not show yet is what was decided.
        ImmutableArray<string> held = isAllocated || there is null ? [.. names.Distinct(StringComparer.Ordinal)]
            : findNode(there.Node) is { Node: var at } ? [.. Enumerable.Range(0, at.DeviceUuids.Length).Where(there.Stated.Contains).Select(i => at.DeviceUuids[i])]
            : [];
        PodSpec spec = isAsDecided ? pod.Spec with { Devices = there!.Model.Spec.Devices, NodeAffinity = there.Model.Spec.NodeAffinity }
            : held.IsEmpty ? pod.Spec
            : pod.Spec with { Devices = Holding(held.Length, string.Join(", ", pod.Claims.Select(c => c.Claim))) };
        return Dressed(read, pod with { Spec = spec, Claims = entries.MoveToImmutable(), BoundUuids = held }, read.Problems, "");
    }

    /// <summary>
    /// A claim that is allocated, or may be, while no pod holds its devices, as something that has its place; null where there is nothing to hold. After a pod that has ended it
    /// goes by that pod's identity, as one that is leaving: who waits for the pod's devices goes on waiting, and nobody else is evicted meanwhile.
    /// </summary>
    public Pod? KeeperOf(ClaimRecord claim)
    {
        (string node, ImmutableArray<string> names) = table.TakenBy(claim);
        if (names.IsEmpty)
        {
            return null;
        }

        ResourceClaim latest = claim.Latest!;
        Pod? left = claim.Left is { } pod && latest.ReservedFor.All(uid => uid == pod.Uid) ? pod : null;
        return new Pod
        {
            Namespace = latest.Namespace,
            Name = $"(ResourceClaim {latest.Name})",
            Uid = left?.Uid ?? latest.Uid,
            Priority = left?.Priority ?? int.MaxValue,
            DeletionTimestamp = left is null ? null : left.DeletionTimestamp ?? left.Created,
            BoundNode = node,
            BoundUuids = names,
            Spec = new PodSpec { Namespace = latest.Namespace, Devices = Holding(names.Length, latest.Name) },
        };
    }

    private static DeviceRequest Holding(int count, string source) =>
        new() { Count = Math.Min(count, Device.MaxPerNode), Milli = Device.FullMilli, Form = DeviceRequestForm.Claim, Source = source };

    private static PodObject Dressed(PodObject read, Pod pod, ImmutableArray<string> problems, string waits) => new()
    {
        Pod = pod,
        ResourceVersion = read.ResourceVersion,
        Scheduled = read.Scheduled,
        Problems = problems,
        Waits = waits,
        AsRead = read,
    };
}
