using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>
/// Volumes, claims and classes, with what was decided of them and nobody sees yet; and what follows for pods. The rules are those of kube-scheduler's volume binder
/// (<c>pkg/scheduler/framework/plugins/volumebinding</c>). One thread.
/// </summary>
public sealed class VolumeInventory
{
    private readonly Dictionary<string, StorageClass> _classes = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Namespace, string Name), PersistentVolumeClaim> _claims = [];
    private readonly VolumeShelf _shelf = new();

    /// <summary>Candidates together, by what a claim asks: claims of one template ask the same. As long as no volume comes, goes, changes or is decided.</summary>
    private readonly Dictionary<(string Class, long Requested, string AccessModes, string VolumeMode, string AttributesClass), ImmutableArray<VolumeCandidate>> _together = [];

    /// <summary>What claims were decided to get, until the API shows it or it is taken back: a volume that there is, or null, and the node.</summary>
    private readonly Dictionary<(string Namespace, string Name), (PersistentVolume? Volume, string Node)> _decided = [];

    public PersistentVolumeClaim? FindClaim(string claimNamespace, string name) => _claims.GetValueOrDefault((claimNamespace, name));

    public PersistentVolume? FindVolume(string name) => _shelf.Find(name);

    public StorageClass? FindClass(string name) => _classes.GetValueOrDefault(name);

    public void Set(PersistentVolume volume)
    {
        _shelf.Set(volume);
        _together.Clear();
    }

    public void Set(PersistentVolumeClaim claim) => _claims[(claim.Namespace, claim.Name)] = claim;

    public void Set(StorageClass storageClass) => _classes[storageClass.Name] = storageClass;

    public void Remove(PersistentVolume volume)
    {
        _shelf.Remove(volume.Name);
        _together.Clear();
    }

    public void Remove(PersistentVolumeClaim claim) => _claims.Remove((claim.Namespace, claim.Name));

    public void Remove(StorageClass storageClass) => _classes.Remove(storageClass.Name);

    /// <summary>The claim gets this from now on, though the API does not show it yet: nobody else is given it.</summary>
    public void Decide(VolumeChoice choice, string node)
    {
        _decided[(choice.Claim.Namespace, choice.Claim.Name)] = (choice.Volume, node);
        if (choice.Volume is { } volume)
        {
            _shelf.Take(volume.Name);
            _together.Clear();
        }
    }

    /// <summary>What was decided of the claim stands in the API, or was taken back.</summary>
    public void Forget(string claimNamespace, string name)
    {
        if (_decided.Remove((claimNamespace, name), out (PersistentVolume? Volume, string Node) decided) && decided.Volume is { } volume)
        {
            _shelf.GiveBack(volume.Name);
            _together.Clear();
        }
    }

    /// <summary>What a pod's volumes ask of nodes; null: nothing.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="isUsed">True where another pod uses a claim.</param>
    public VolumeNeeds? NeedsOf(Pod pod, Func<PersistentVolumeClaim, bool> isUsed)
    {
        List<PersistentVolumeClaim> claims = [];
        foreach (PodVolume volume in pod.Volumes.DistinctBy(v => v.ClaimOf(pod)))
        {
            string name = volume.ClaimOf(pod);
            PersistentVolumeClaim? claim = FindClaim(pod.Namespace, name);
            if (ProblemOf(pod, volume, name, claim) is { } problem)
            {
                return new VolumeNeeds { Problem = problem };
            }

            claims.Add(claim!);
        }

        if (claims.Exists(c => !c.IsBound && !IsDelayed(c)))
        {
            return new VolumeNeeds { Problem = "pod has unbound immediate PersistentVolumeClaims" };
        }

        PersistentVolumeClaim[] unbound = Unbound(claims);
        PersistentVolume?[] volumes = [.. claims.Where(c => c.IsBound).Select(c => FindVolume(c.Volume))];
        VolumeNeeds needs = new()
        {
            IsInUse = claims.Exists(c => c.IsForOnePod && isUsed(c)),
            LacksVolume = volumes.Contains(null),
            Reachable = [.. volumes.Select(v => v?.Nodes).OfType<ImmutableArray<NodeSelectorTerm>>()],
            Zones = [.. volumes.OfType<PersistentVolume>().SelectMany(v => VolumeZones.Of(v.Labels))],
            Unbound = unbound.Length == 1 ? [DemandOf(unbound[0], TogetherFor(unbound[0]))] : Apart(unbound),
        };
        return needs is { IsInUse: false, LacksVolume: false, Reachable.IsEmpty: true, Zones.IsEmpty: true, Unbound.IsEmpty: true } ? null : needs;
    }

    /// <summary>How the unbound claims of a pod are bound on a node.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="node">Its node.</param>
    /// <param name="problem">Why they cannot be; null: they can.</param>
    public ImmutableArray<VolumeChoice> Choose(Pod pod, Node node, out string? problem)
    {
        ImmutableArray<VolumeChoice>.Builder choices = ImmutableArray.CreateBuilder<VolumeChoice>();
        HashSet<string> taken = new(StringComparer.Ordinal);
        foreach (PersistentVolumeClaim claim in Unbound([.. pod.Volumes.Select(v => v.ClaimOf(pod)).Distinct().Select(n => FindClaim(pod.Namespace, n)).OfType<PersistentVolumeClaim>()]))
        {
            PersistentVolume? volume = SelectedNodeOf(claim).Length > 0 ? null : CandidatesFor(claim).FirstOrDefault(v => !taken.Contains(v.Name) && v.IsReachableFrom(node));
            if (volume is null && !IsMadeOn(claim, node))
            {
                problem = $"{claim} finds no volume on node {node} any more";
                return [];
            }

            taken.Add(volume?.Name ?? "");
            choices.Add(new VolumeChoice(claim, volume));
        }

        problem = null;
        return choices.ToImmutable();
    }

    /// <summary>kube-scheduler's words; null: nothing is wrong with the claim.</summary>
    private static string? ProblemOf(Pod pod, PodVolume volume, string name, PersistentVolumeClaim? claim) =>
        claim is null ? volume.IsEphemeral ? $"waiting for ephemeral volume controller to create the persistentvolumeclaim \"{name}\"" : $"persistentvolumeclaim \"{name}\" not found"
        : claim.IsLost ? $"persistentvolumeclaim \"{name}\" bound to non-existent persistentvolume \"{claim.Volume}\""
        : claim.IsDeleting ? $"persistentvolumeclaim \"{name}\" is being deleted"
        : volume.IsEphemeral && claim.OwnerUid != pod.Uid ? $"PVC {claim.Namespace}/{name} was not created for pod {pod} (pod is not owner)"
        : null;

    /// <summary>It is bound when its pod has a node. A claim that names its volume is the volume controller's to bind.</summary>
    private bool IsDelayed(PersistentVolumeClaim claim) => claim.Volume.Length == 0 && FindClass(claim.StorageClass) is { WaitsForPod: true };

    /// <summary>The smallest first, so that small volumes are left to small claims.</summary>
    private PersistentVolumeClaim[] Unbound(IEnumerable<PersistentVolumeClaim> claims) => [.. claims.Where(c => !c.IsBound && IsDelayed(c)).OrderBy(c => c.Requested)];

    private ImmutableArray<VolumeDemand> Apart(PersistentVolumeClaim[] claims)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        return
        [
            .. claims.Select(c => DemandOf(c, [.. CandidatesFor(c).Select(v =>
            {
                numbers.TryAdd(v.Name, numbers.Count);
                return new VolumeCandidate(numbers[v.Name], v.Nodes);
            })])),
        ];
    }

    private VolumeDemand DemandOf(PersistentVolumeClaim claim, ImmutableArray<VolumeCandidate> candidates)
    {
        string selected = SelectedNodeOf(claim);
        return new VolumeDemand
        {
            SelectedNode = selected,
            Candidates = selected.Length > 0 ? [] : candidates,
            Provisioned = FindClass(claim.StorageClass) is { Provisions: true } storage ? storage.Topologies : null,
        };
    }

    private ImmutableArray<VolumeCandidate> TogetherFor(PersistentVolumeClaim claim)
    {
        if (claim.Selector is not null || _decided.ContainsKey((claim.Namespace, claim.Name)) || _shelf.FindFor(claim) is not null)
        {
            return VolumeCandidates.Together(CandidatesFor(claim));
        }

        (string, long, string, string, string) asked = (claim.StorageClass, claim.Requested, string.Join(',', claim.AccessModes), claim.VolumeMode, claim.AttributesClass);
        if (!_together.TryGetValue(asked, out ImmutableArray<VolumeCandidate> known))
        {
            _together.Add(asked, known = VolumeCandidates.Together(CandidatesFor(claim)));
        }

        return known;
    }

    private string SelectedNodeOf(PersistentVolumeClaim claim) =>
        _decided.TryGetValue((claim.Namespace, claim.Name), out (PersistentVolume? Volume, string Node) decided) && decided.Volume is null ? decided.Node : claim.SelectedNode;

    private bool IsMadeOn(PersistentVolumeClaim claim, Node node)
    {
        string selected = SelectedNodeOf(claim);
        return (selected.Length == 0 || selected == node.Name)
            && FindClass(claim.StorageClass) is { Provisions: true } storage && (storage.Topologies.IsEmpty || storage.Topologies.Any(t => NodeSelectors.Matches(t, node)));
    }

    /// <summary>The volume that is for this claim, or else all that nobody has and that suit it, the smallest first.</summary>
    private IEnumerable<PersistentVolume> CandidatesFor(PersistentVolumeClaim claim)
    {
        if (_decided.TryGetValue((claim.Namespace, claim.Name), out (PersistentVolume? Volume, string Node) decided))
        {
            return decided.Volume is { } volume ? [volume] : [];
        }

        return _shelf.FindFor(claim) is { } own && Suits(own, claim) ? [own]
            : _shelf.Open(claim.StorageClass).Where(v => Suits(v, claim) && (claim.Selector?.Matches(v.Labels) ?? true) && claim.AccessModes.All(m => v.AccessModes.Contains(m)));
    }

    private static bool Suits(PersistentVolume volume, PersistentVolumeClaim claim) =>
        volume.StorageClass == claim.StorageClass && volume.Capacity >= claim.Requested && volume.VolumeMode == claim.VolumeMode
        && volume.AttributesClass == claim.AttributesClass && !volume.IsDeleting;
}
