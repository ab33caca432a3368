using System.Collections.Immutable;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>All pods, nodes and claims as the API server's store has them: consistent lists, not from a cache.</summary>
/// <param name="Pods">Every pod.</param>
/// <param name="PodsVersion">Resource version of that list.</param>
/// <param name="Nodes">Every node.</param>
/// <param name="NodesVersion">Resource version of that list.</param>
internal sealed record ClusterListing(
    ImmutableArray<PodObject> Pods, string PodsVersion, ImmutableArray<NodeObject> Nodes, string NodesVersion)
{
    /// <summary>Every claim.</summary>
    public ImmutableArray<ResourceClaim> Claims { get; init; } = [];

    /// <summary>Resource version of that list; empty: the server has no claims, or they are not read.</summary>
    public string ClaimsVersion { get; init; } = "";
}
