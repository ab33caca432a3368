namespace GpuScheduler.Manifests;

/// <summary>Volumes, by whether anybody has them.</summary>
internal sealed class VolumeShelf
{
    private static readonly Comparer<PersistentVolume> BySize = Comparer<PersistentVolume>.Create(static (a, b) =>
        a.Capacity != b.Capacity ? a.Capacity.CompareTo(b.Capacity) : string.CompareOrdinal(a.Name, b.Name));

    private readonly Dictionary<string, PersistentVolume> _volumes = new(StringComparer.Ordinal);

    /// <summary>By class, those that are available and for no claim.</summary>
    private readonly Dictionary<string, SortedSet<PersistentVolume>> _open = new(StringComparer.Ordinal);

    /// <summary>The names of those that are for a claim, by its name.</summary>
    private readonly Dictionary<(string Namespace, string Name), SortedSet<string>> _claimed = [];

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    public PersistentVolume? Find(string name) => _volumes.GetValueOrDefault(name);

    /// <summary>The volume that is for this claim; null: none is.</summary>
    public PersistentVolume? FindFor(PersistentVolumeClaim claim) =>
        _claimed.TryGetValue((claim.Namespace, claim.Name), out SortedSet<string>? names) ? names.Select(n => _volumes[n]).FirstOrDefault(v => v.Claim!.Is(claim)) : null;

    /// <summary>Those that nobody has, the smallest first.</summary>
    public IEnumerable<PersistentVolume> Open(string storageClass) =>
        _open.TryGetValue(storageClass, out SortedSet<PersistentVolume>? open) ? open.Where(v => !_taken.Contains(v.Name)) : [];

    public void Set(PersistentVolume volume)
    {
        Remove(volume.Name);
        _volumes.Add(volume.Name, volume);
        if (volume.Claim is { } claim)
        {
            if (!_claimed.TryGetValue((claim.Namespace, claim.Name), out SortedSet<string>? names))
            {
                _claimed.Add((claim.Namespace, claim.Name), names = new SortedSet<string>(StringComparer.Ordinal));
            }

            names.Add(volume.Name);
        }
        else if (volume is { Phase: VolumeKeys.Available, IsDeleting: false })
        {
            if (!_open.TryGetValue(volume.StorageClass, out SortedSet<PersistentVolume>? open))
            {
                _open.Add(volume.StorageClass, open = new SortedSet<PersistentVolume>(BySize));
            }

            open.Add(volume);
        }
    }

    public void Remove(string name)
    {
        if (!_volumes.Remove(name, out PersistentVolume? volume))
        {
            return;
        }

        _open.GetValueOrDefault(volume.StorageClass)?.Remove(volume);
        if (volume.Claim is { } claim && _claimed.TryGetValue((claim.Namespace, claim.Name), out SortedSet<string>? names))
        {
            names.Remove(name);
            if (names.Count == 0)
            {
                _claimed.Remove((claim.Namespace, claim.Name));
            }
        }
    }

    /// <summary>It was decided whose it is.</summary>
    public void Take(string name) => _taken.Add(name);

    public void GiveBack(string name) => _taken.Remove(name);
}
