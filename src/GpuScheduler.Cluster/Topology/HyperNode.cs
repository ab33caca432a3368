using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>Volcano's HyperNode: a named set of nodes, or of such sets.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Tier">Its distance: 1 for the closest nodes, more for slower links.</param>
/// <param name="TierName">A name for its tier; empty: none.</param>
/// <param name="Members">What it consists of.</param>
public sealed record HyperNode(string Name, int Tier, string TierName, ImmutableArray<HyperNodeMember> Members)
{
    /// <summary>What is wrong with it; members that are wrong are left out. A sentence each, with the path in the object and the mend.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];
}
