using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>What exclusive topology keeps the waiting pods of a gang out of.</summary>
/// <param name="Everywhere">Nodes that none of its pods may go to; null: there are none.</param>
/// <param name="ByGroup">Of groups that are kept out of more than that: their nodes.</param>
/// <param name="Domains">The domains, to name them.</param>
internal sealed record GangBars(NodeSet? Everywhere, IReadOnlyDictionary<GroupUnit, NodeSet> ByGroup, BarredDomains Domains)
{
    /// <summary>Finds out; null where nothing is barred.</summary>
    public static GangBars? Of(GroupUnit root, ClusterView state, DomainTree tree, TopologyOverlay overlay, ExclusiveDomains exclusive)
    {
        if (!Concerns(root))
        {
            return null;
        }

        exclusive.Refresh(state);
        GroupUnit[] groups = [.. Leaves(root).Where(g => g.Members.Any(m => !m.IsPlaced))];
        if (!groups.Any(g => g.Members.Any(m => !m.IsPlaced && exclusive.MayBar(m.Pod))))
        {
            return null;
        }

        DomainIds domains = new(tree, overlay, state);
        BarredDomains all = new(domains);
        Dictionary<GroupUnit, NodeSet> byGroup = new(ReferenceEqualityComparer.Instance);
        NodeSet? everywhere = null;
        foreach (GroupUnit group in groups)
        {
            BarredDomains barred = new(domains);
            foreach (GangMember member in group.Members.Where(m => !m.IsPlaced).DistinctBy(m => IdentityOf(m.Pod)))
            {
                exclusive.Bar(member.Pod, domains, barred);
            }

            all.Add(barred);
            NodeSet nodes = barred.NodesIn(tree);
            byGroup.Add(group, nodes);
            everywhere = everywhere is null ? nodes : Both(everywhere, nodes, state);
        }

        if (all.IsEmpty)
        {
            return null;
        }

        int common = everywhere!.Count;
        foreach (GroupUnit group in groups.Where(g => byGroup[g].Count == common))
        {
            byGroup.Remove(group);
        }

        return new GangBars(common == 0 ? null : everywhere, byGroup, all);
    }

    /// <summary>The nodes of <paramref name="only"/>, or all, without those that are barred to the whole gang; null: all.</summary>
    public NodeSet? Within(NodeSet? only, ClusterView state) => Everywhere is null ? only : NodeSet.Without(only, Everywhere, state);

    private static bool Concerns(GroupUnit unit)
    {
        foreach (ref readonly GangMember member in unit.Members.AsSpan())
        {
            if (!member.IsPlaced && ExclusiveTopology.Concerns(member.Pod))
            {
                return true;
            }
        }

        foreach (GroupUnit part in unit.Groups)
        {
            if (Concerns(part))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<GroupUnit> Leaves(GroupUnit unit) => unit.Groups.IsEmpty ? [unit] : unit.Groups.SelectMany(Leaves);

    /// <summary>Pods of one identity are kept out of the same.</summary>
    private static string IdentityOf(Pod pod) =>
        string.Join('/', ExclusiveTopology.Labels.Select(l => pod.Labels.GetValueOrDefault(l)).Append(pod.Namespace).Concat(pod.Gang?.Exclusive.Select(e => e.ToString()) ?? []));

    private static NodeSet Both(NodeSet one, NodeSet other, ClusterView state)
    {
        NodeSet both = new();
        for (int b = 0; b < state.Blocks.Length; b++)
        {
            both[b] = one[b] & other[b];
        }

        return both;
    }
}
