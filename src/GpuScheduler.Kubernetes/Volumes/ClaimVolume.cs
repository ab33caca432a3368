namespace GpuScheduler.Kubernetes;

/// <summary>How a PersistentVolumeClaim of a pod is to be bound before the pod is.</summary>
/// <param name="Claim">The claim, in the pod's namespace.</param>
/// <param name="ClaimUid">Its UID: a claim of the same name that was created later is not meant.</param>
/// <param name="Volume">The volume that it gets; empty: one is made for it.</param>
/// <param name="VolumeUid">That volume's UID.</param>
public sealed record ClaimVolume(string Claim, string ClaimUid, string Volume = "", string VolumeUid = "")
{
    /// <summary>A volume is made for it.</summary>
    public bool IsMade => Volume.Length == 0;
}
