using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>Volumes, claims and classes of manifests and dumps, and what follows for pods. Nobody binds anything in a simulation: a pod's claims keep it where they can be bound at first.</summary>
internal sealed class ManifestVolumes
{
    private readonly Notes _notes;
    private readonly VolumeInventory _inventory = new();

    public ManifestVolumes(Notes notes, IEnumerable<ManifestObject> objects)
    {
        _notes = notes;
        foreach (ManifestObject item in objects.Where(VolumeReader.Reads))
        {
            Read(item);
        }
    }

    public static bool Reads(ManifestObject item) => VolumeReader.Reads(item);

    /// <summary>The pod with what its volumes ask.</summary>
    public Pod Dress(Pod pod)
    {
        if (pod.Volumes.IsEmpty || pod.IsTerminal || pod.BoundNode.Length > 0)
        {
            return pod;
        }

        List<PodVolume> known = [];
        foreach (PodVolume volume in pod.Volumes)
        {
            PersistentVolumeClaim? claim = _inventory.FindClaim(pod.Namespace, volume.ClaimOf(pod));
            if (claim is null)
            {
                _notes.Add("pods have volume claims that the input does not have, and are placed without them (get persistentvolumeclaims, persistentvolumes and storageclasses, too)", pod.ToString());
            }
            else if (!claim.IsBound && _inventory.FindClass(claim.StorageClass) is not { WaitsForPod: true })
            {
                _notes.Add("pods have volume claims that a controller is yet to bind, and are placed without them", pod.ToString());
            }
            else
            {
                known.Add(volume);
            }
        }

        VolumeNeeds? needs = known.Count == 0 ? null : _inventory.NeedsOf(pod with { Volumes = [.. known] }, _ => false);
        if (needs is { Unbound.IsEmpty: false })
        {
            _notes.Add("pods have volume claims that are bound when they have a node; that pods take each other's volumes is not regarded", pod.ToString());
        }

        return needs is null ? pod : pod with { Spec = pod.Spec with { Volumes = needs } };
    }

    private void Read(ManifestObject item)
    {
        switch (item.Kind)
        {
            case "PersistentVolume" when VolumeReader.ReadVolume(item.Reader) is { } volume:
                // One that a person wrote has no status yet.
                _inventory.Set(volume.Phase.Length == 0 ? volume with { Phase = VolumeKeys.Available } : volume);
                break;
            case "PersistentVolumeClaim" when VolumeReader.ReadClaim(item.Reader) is { } claim:
                _inventory.Set(claim);
                break;
            case "StorageClass" when VolumeReader.ReadClass(item.Reader) is { } storageClass:
                _inventory.Set(storageClass);
                break;
        }
    }
}
