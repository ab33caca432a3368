namespace GpuScheduler.Manifests;

/// <summary>The claim that a volume is for (<c>spec.claimRef</c>).</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its UID; empty: whichever has the name.</param>
public sealed record VolumeClaimRef(string Namespace, string Name, string Uid)
{
    public bool Is(PersistentVolumeClaim claim) => Namespace == claim.Namespace && Name == claim.Name && (Uid.Length == 0 || Uid == claim.Uid);
}
