using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>Volumes, claims and classes as the API has them, which pods use which claims, and what is being bound. Engine's thread.</summary>
internal sealed class VolumeTable
{
    /// <summary>UIDs of the pods that name a claim, whether or not it is there.</summary>
    private readonly Dictionary<ObjectKey, HashSet<string>> _users = [];

    /// <summary>UIDs of the pods for which a claim is being bound.</summary>
    private readonly Dictionary<ObjectKey, HashSet<string>> _binding = [];

    public VolumeInventory Inventory { get; } = new();

    /// <summary>True once volumes, claims and classes have been listed: before, nobody knows where a pod with claims may go.</summary>
    public bool IsReady { get; set; }

    /// <summary>Claims of which something changed: what follows for their pods is looked at anew before the next decision.</summary>
    public HashSet<ObjectKey> Unsettled { get; } = [];

    /// <summary>All claims that pods name.</summary>
    public IReadOnlyCollection<ObjectKey> Named => _users.Keys;

    /// <summary>UIDs of the pods that name a claim.</summary>
    public IReadOnlyCollection<string> UsersOf(ObjectKey claim) => _users.TryGetValue(claim, out HashSet<string>? users) ? users : [];

    /// <summary>The pod names its claims.</summary>
    public void Refer(Pod pod)
    {
        foreach (ObjectKey claim in ClaimsOf(pod))
        {
            if (!_users.TryGetValue(claim, out HashSet<string>? users))
            {
                _users.Add(claim, users = new HashSet<string>(StringComparer.Ordinal));
            }

            users.Add(pod.Uid);
        }
    }

    /// <summary>The pod is gone.</summary>
    public void Unrefer(Pod pod)
    {
        foreach (ObjectKey claim in ClaimsOf(pod))
        {
            if (_users.TryGetValue(claim, out HashSet<string>? users) && users.Remove(pod.Uid) && users.Count == 0)
            {
                _users.Remove(claim);
            }
        }
    }

    /// <summary>The pod came to a node or left it: itself, and whoever waits for a claim that one pod alone may use, are looked at anew.</summary>
    public void NoteUse(Pod pod) => Unsettled.UnionWith(ClaimsOf(pod));

    /// <summary>The API shows this claim. A state older than the one known is ignored, here and below.</summary>
    public void Set(PersistentVolumeClaim claim)
    {
        if (!IsOld(claim, Inventory.FindClaim(claim.Namespace, claim.Name)))
        {
            Inventory.Set(claim);
            Unsettled.Add(new ObjectKey(claim.Namespace, claim.Name));
        }
    }

    public void Remove(PersistentVolumeClaim last)
    {
        if (Inventory.FindClaim(last.Namespace, last.Name)?.Uid == last.Uid)
        {
            Inventory.Remove(last);
            Unsettled.Add(new ObjectKey(last.Namespace, last.Name));
        }
    }

    public void Set(PersistentVolume volume)
    {
        PersistentVolume? before = Inventory.FindVolume(volume.Name);
        if (!IsOld(volume, before))
        {
            Inventory.Set(volume);
            NoteChange(before);
            NoteChange(volume);
        }
    }

    public void Remove(PersistentVolume last)
    {
        if (Inventory.FindVolume(last.Name)?.Uid == last.Uid)
        {
            Inventory.Remove(last);
            NoteChange(last);
        }
    }

    public void Set(StorageClass storageClass)
    {
        if (!IsOld(storageClass, Inventory.FindClass(storageClass.Name)))
        {
            Inventory.Set(storageClass);
            NoteSeekers(storageClass.Name);
        }
    }

    public void Remove(StorageClass last)
    {
        if (Inventory.FindClass(last.Name)?.Uid == last.Uid)
        {
            Inventory.Remove(last);
            NoteSeekers(last.Name);
        }
    }

    /// <summary>What has to be written before the pod may be bound to this node; from now on nobody else is given the same.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="node">Its node.</param>
    /// <param name="problem">Why it cannot be bound there after all; null: it can. Pods of a gang are placed together, each as if the others were not there.</param>
    public ImmutableArray<ClaimVolume> Begin(Pod pod, Node node, out string? problem)
    {
        problem = null;
        ObjectKey[] claims = [.. ClaimsOf(pod)];
        foreach (ObjectKey claim in claims)
        {
            if (_binding.TryGetValue(claim, out HashSet<string>? others) && others.Any(o => o != pod.Uid) && Inventory.FindClaim(claim.Namespace, claim.Name) is { IsForOnePod: true } one)
            {
                problem = $"{one} is for one pod alone, and another has it";
                return [];
            }
        }

        ImmutableArray<VolumeChoice> choices = Inventory.Choose(pod, node, out problem);
        if (problem is not null)
        {
            return [];
        }

        foreach (ObjectKey claim in claims)
        {
            if (!_binding.TryGetValue(claim, out HashSet<string>? pods))
            {
                _binding.Add(claim, pods = new HashSet<string>(StringComparer.Ordinal));
            }

            pods.Add(pod.Uid);
        }

        foreach (VolumeChoice choice in choices)
        {
            Inventory.Decide(choice, node.Name);
            NoteDecision(choice.Claim);
        }

        return [.. choices.Select(c => new ClaimVolume(c.Claim.Name, c.Claim.Uid, c.Volume?.Name ?? "", c.Volume?.Uid ?? ""))];
    }

    /// <summary>The bind has its outcome, or was taken back: what the API shows is all there is. It has shown what was written.</summary>
    public void End(Pod pod)
    {
        foreach (ObjectKey key in ClaimsOf(pod))
        {
            if (_binding.TryGetValue(key, out HashSet<string>? pods) && pods.Remove(pod.Uid) && pods.Count == 0)
            {
                _binding.Remove(key);
                Inventory.Forget(key.Namespace, key.Name);
                if (Inventory.FindClaim(key.Namespace, key.Name) is { } claim)
                {
                    NoteDecision(claim);
                }
            }
        }
    }

    private static IEnumerable<ObjectKey> ClaimsOf(Pod pod) => pod.Volumes.Select(v => new ObjectKey(pod.Namespace, v.ClaimOf(pod))).Distinct();

    private static bool IsOld(IVolumeObject now, IVolumeObject? known) => known is not null && known.Uid == now.Uid && ResourceVersions.IsOlder(now.ResourceVersion, known.ResourceVersion);

    private void NoteChange(PersistentVolume? volume)
    {
        if (volume?.Claim is { } claim)
        {
            Unsettled.Add(new ObjectKey(claim.Namespace, claim.Name));
        }
        else if (volume is { Phase: VolumeKeys.Available })
        {
            NoteSeekers(volume.StorageClass);
        }
    }

    private void NoteDecision(PersistentVolumeClaim claim)
    {
        Unsettled.Add(new ObjectKey(claim.Namespace, claim.Name));
        if (!claim.IsBound)
        {
            NoteSeekers(claim.StorageClass);
        }
    }

    /// <summary>Claims that lack a volume of this class may find more or fewer of them.</summary>
    private void NoteSeekers(string storageClass) =>
        Unsettled.UnionWith(_users.Keys.Where(k => Inventory.FindClaim(k.Namespace, k.Name) is { IsBound: false } claim && claim.StorageClass == storageClass));
}
