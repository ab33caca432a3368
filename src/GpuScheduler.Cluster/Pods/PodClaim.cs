namespace GpuScheduler.Cluster;

/// <summary>An entry of <c>spec.resourceClaims</c>: devices that the pod claims in an object of their own (<c>resource.k8s.io</c>).</summary>
/// <param name="Name">Name of the entry, by which containers refer to it.</param>
/// <param name="Claim">The ResourceClaim, in the pod's namespace; empty: nobody has made one of the template yet.</param>
/// <param name="Template">The ResourceClaimTemplate that it is made of; empty where the pod names the claim.</param>
public sealed record PodClaim(string Name, string Claim, string Template)
{
    /// <summary>The pod takes the claim's devices. False: they are allocated already, and somebody else holds them, so that the pod takes no more.</summary>
    public bool IsHeld { get; init; }
}
