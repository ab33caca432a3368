using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>Volumes, claims and classes of the tests' API server, and what the volume controller and a provisioner do with them.</summary>
internal sealed class FakeVolumes(FakeApi api)
{
    public Dictionary<string, PersistentVolume> All { get; } = [];

    public Dictionary<string, PersistentVolumeClaim> Claims { get; } = [];

    /// <summary>False: nobody binds claims, and binds of their pods time out.</summary>
    public bool Binds { get; set; } = true;

    public void Set(PersistentVolume volume)
    {
        PersistentVolume shown = All[volume.Name] = volume with { ResourceVersion = api.NextVersion() };
        api.Show(engine => engine.Mirror.Volumes.Set(shown));
    }

    public void Set(PersistentVolumeClaim claim)
    {
        PersistentVolumeClaim shown = Claims[claim.Name] = claim with { ResourceVersion = api.NextVersion() };
        api.Show(engine => engine.Mirror.Volumes.Set(shown));
    }

    public void Set((PersistentVolumeClaim Claim, PersistentVolume Volume) bound)
    {
        Set(bound.Volume);
        Set(bound.Claim);
    }

    public void Set(StorageClass storageClass)
    {
        StorageClass shown = storageClass with { ResourceVersion = api.NextVersion() };
        api.Show(engine => engine.Mirror.Volumes.Set(shown));
    }

    public void RemoveClaim(string name)
    {
        if (Claims.Remove(name, out PersistentVolumeClaim? last))
        {
            api.Show(engine => engine.Mirror.Volumes.Remove(last));
        }
    }

    public void List() => api.Show(engine => engine.Mirror.VolumesAreListed());

    /// <summary>Shows all of it to an engine that starts anew.</summary>
    public void ShowAllTo(EngineRun run)
    {
        foreach (PersistentVolume volume in All.Values)
        {
            run.Engine.Mirror.Volumes.Set(volume);
        }

        foreach (PersistentVolumeClaim claim in Claims.Values)
        {
            run.Engine.Mirror.Volumes.Set(claim);
        }
    }

    /// <summary>Writes what the request says; the same conditions hold as for the client.</summary>
    public bool TryWrite(BindRequest request, out string why)
    {
        why = "";
        foreach (ClaimVolume decided in request.Volumes)
        {
            if (!Claims.TryGetValue(decided.Claim, out PersistentVolumeClaim? claim) || claim.Uid != decided.ClaimUid)
            {
                why = $"claim {decided.Claim} is gone";
                return false;
            }

            if (claim.IsBound)
            {
                // Another pod of the same claim was quicker.
                if (!All[claim.Volume].IsReachableFrom(api.Nodes[request.Node].Node))
                {
                    why = $"claim {decided.Claim} is bound to a volume elsewhere";
                    return false;
                }
            }
            else if (decided.IsMade)
            {
                if (claim.SelectedNode.Length > 0 && claim.SelectedNode != request.Node)
                {
                    why = $"claim {decided.Claim} is to get a volume for another node";
                    return false;
                }

                Set(claim with { SelectedNode = request.Node });
            }
            else
            {
                PersistentVolume volume = All[decided.Volume];
                if (volume.Claim is { } other && !other.Is(claim))
                {
                    why = $"volume {decided.Volume} is for another claim";
                    return false;
                }

                Set(volume with { Claim = new VolumeClaimRef(claim.Namespace, claim.Name, claim.Uid) });
            }
        }

        return true;
    }

    /// <summary>Takes back what was written and nobody has acted on, as the client does.</summary>
    public void Release(BindRequest request)
    {
        foreach (ClaimVolume decided in request.Volumes)
        {
            if (Claims[decided.Claim].IsBound)
            {
                continue;
            }

            if (decided.IsMade)
            {
                Set(Claims[decided.Claim] with { SelectedNode = "" });
            }
            else
            {
                Set(All[decided.Volume] with { Claim = null });
            }
        }
    }

    /// <summary>What controller and provisioner do.</summary>
    public void Bind()
    {
        foreach (PersistentVolumeClaim claim in Claims.Values.Where(c => !c.IsBound).ToArray())
        {
            PersistentVolume? volume = All.Values.FirstOrDefault(v => v.Claim?.Is(claim) ?? false);
            if (volume is null && claim.SelectedNode.Length > 0)
            {
                volume = VolumeObjects.LocalVolume($"made-for-{claim.Name}", claim.SelectedNode) with
                {
                    StorageClass = claim.StorageClass,
                    Claim = new VolumeClaimRef(claim.Namespace, claim.Name, claim.Uid),
                };
            }

            if (volume is not null)
            {
                Set(VolumeObjects.Bound(claim, volume));
            }
        }
    }
}
