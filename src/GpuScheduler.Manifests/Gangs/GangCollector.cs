using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>Collects what the objects of a manifest state of gangs.</summary>
internal sealed class GangCollector(Notes notes)
{
    private readonly Dictionary<GangKey, ManifestObject> _byKey = [];
    private readonly List<GangObject> _gangs = [];

    public IReadOnlyList<GangObject> Gangs => _gangs;

    /// <summary>False where <paramref name="item"/> states none.</summary>
    public bool TryRead(ManifestObject item)
    {
        if (!GangReader.Reads(item.ApiVersion, item.Kind))
        {
            return false;
        }

        if (item.Name().Length > 0 && GangReader.Read(item) is { } gang)
        {
            Add(gang, item);
        }

        return true;
    }

    /// <summary>Adds a gang; a second of its key is an error.</summary>
    public void Add(GangObject gang, ManifestObject from)
    {
        if (!_byKey.TryAdd(gang.Key, from))
        {
            ManifestObject.AddDuplicate(gang.Key.ToString(), _byKey[gang.Key], from);
            return;
        }

        _gangs.Add(gang);
        foreach (string problem in gang.Problems)
        {
            notes.Add("gangs have problems and are not placed", $"{gang.Key} ({problem})");
        }
    }
}
