using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>Where a pod may go whose claim is allocated.</summary>
public static class ClaimPins
{
    /// <summary>What the pod requires and what the claim requires of a node: each term of the one with each of the other.</summary>
    public static NodeAffinity And(NodeAffinity? affinity, ImmutableArray<NodeSelectorTerm> nodes) => (affinity ?? new NodeAffinity()) with
    {
        Required = affinity?.Required is not { } own ? nodes :
        [
            .. own.Where(t => !t.IsEmpty).SelectMany(t => nodes.Where(n => !n.IsEmpty).Select(n => new NodeSelectorTerm
            {
                MatchExpressions = [.. t.MatchExpressions, .. n.MatchExpressions],
                MatchFields = [.. t.MatchFields, .. n.MatchFields],
            })),
        ],
    };
}
