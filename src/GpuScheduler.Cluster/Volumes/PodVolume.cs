namespace GpuScheduler.Cluster;

/// <summary>An entry of <c>spec.volumes</c> that is a PersistentVolumeClaim.</summary>
/// <param name="Name">Name of the entry.</param>
/// <param name="Claim">The claim, in the pod's namespace; empty: one of its own is made for the pod (a generic ephemeral volume).</param>
public sealed record PodVolume(string Name, string Claim)
{
    /// <summary>The claim lives and dies with the pod.</summary>
    public bool IsEphemeral => Claim.Length == 0;

    /// <summary>Name of the claim.</summary>
    public string ClaimOf(Pod pod) => IsEphemeral ? $"{pod.Name}-{Name}" : Claim;
}
