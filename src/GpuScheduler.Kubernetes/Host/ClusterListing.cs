using System.Collections.Immutable;

namespace GpuScheduler.Kubernetes;

/// <summary>All pods and nodes as the API server's store has them: consistent lists, not from a cache.</summary>
/// <param name="Pods">Every pod.</param>
/// <param name="PodsVersion">Resource version of that list.</param>
/// <param name="Nodes">Every node.</param>
/// <param name="NodesVersion">Resource version of that list.</param>
internal sealed record ClusterListing(
    ImmutableArray<PodObject> Pods, string PodsVersion, ImmutableArray<NodeObject> Nodes, string NodesVersion);
