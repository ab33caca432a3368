using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>Makes the answer from what was placed.</summary>
internal static class GangPlacements
{
    /// <param name="state">The state.</param>
    /// <param name="tree">Its domains.</param>
    /// <param name="placed">All that was placed, in rank order.</param>
    /// <param name="running">Nodes of pods that held their places before.</param>
    public static GangPlacement Of(ClusterView state, DomainTree tree, ImmutableArray<MemberPlacement> placed, ReadOnlySpan<int> running)
    {
        int domain = -1, node = -1;
        bool oneNode = true;
        foreach (int at in running)
        {
            Include(at);
        }

        foreach (ref readonly MemberPlacement member in placed.AsSpan())
        {
            Include(member.Node);
        }

        if (node >= 0 && oneNode)
        {
            string name = state.NodeAt(node).Name;
            return new GangPlacement(
                GangOutcome.Placed, placed, TopologyLevels.Hostname, domain <= DomainTree.Root ? name : $"{tree.PathOf(domain)}/{name}");
        }

        return domain <= DomainTree.Root
            ? new GangPlacement(GangOutcome.Placed, placed)
            : new GangPlacement(GangOutcome.Placed, placed, tree.Levels.Keys[tree.LevelOf(domain)], tree.PathOf(domain));

        void Include(int at)
        {
            oneNode &= node < 0 || node == at;
            node = at;
            domain = domain < 0 ? tree.DomainOf(at) : tree.CommonOf(domain, tree.DomainOf(at));
        }
    }
}
