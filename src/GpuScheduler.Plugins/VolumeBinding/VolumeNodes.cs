using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Which nodes a pod's volumes allow, its terms compiled.</summary>
internal sealed class VolumeNodes
{
    private readonly CompiledTerm[][] _reachable;
    private readonly Demand[] _unbound;

    public VolumeNodes(VolumeNeeds needs, Vocabulary vocabulary)
    {
        _reachable = [.. needs.Reachable.Select(terms => Compile(terms, vocabulary))];
        _unbound =
        [
            .. needs.Unbound.Select(d => new Demand(
                d.SelectedNode, [.. d.Candidates.Select(c => new Candidate(c.Number, c.Nodes is { } nodes ? Compile(nodes, vocabulary) : null))],
                d.Provisioned is { } terms ? Compile(terms, vocabulary) : null)),
        ];
    }

    public static VolumeNodes Of(in PluginContext context, VolumeNeeds needs) => context.State as VolumeNodes ?? new VolumeNodes(needs, context.Cluster.Vocabulary);

    /// <summary>Those of <paramref name="lanes"/> from which all bound volumes can be reached.</summary>
    public ulong Reach(BlockNodes nodes, ulong lanes)
    {
        foreach (CompiledTerm[] terms in _reachable)
        {
            lanes = MatchAny(nodes, lanes, terms);
        }

        return lanes;
    }

    /// <summary>Those of <paramref name="lanes"/> where every unbound claim gets a volume: each takes the first that does and that none before it took.</summary>
    public ulong Bind(BlockNodes nodes, ulong lanes)
    {
        if (_unbound.Length == 0)
        {
            return lanes;
        }

        foreach (Demand demand in _unbound)
        {
            demand.Look(nodes, lanes);
        }

        if (_unbound.Length == 1)
        {
            Demand only = _unbound[0];
            ulong found = only.Made;
            foreach (ulong mask in only.Masks)
            {
                found |= mask;
            }

            return lanes & found;
        }

        ulong bound = 0;
        HashSet<int> taken = [];
        foreach (int lane in new Lanes(lanes))
        {
            taken.Clear();
            bound |= Array.TrueForAll(_unbound, d => d.Takes(lane, taken)) ? 1UL << lane : 0;
        }

        return bound;
    }

    private static CompiledTerm[] Compile(ImmutableArray<NodeSelectorTerm> terms, Vocabulary vocabulary) => [.. terms.Select(t => new CompiledTerm(t, vocabulary))];

    private static ulong MatchAny(BlockNodes nodes, ulong lanes, CompiledTerm[] terms)
    {
        ulong any = 0;
        foreach (CompiledTerm term in terms)
        {
            any |= term.Match(nodes, lanes & ~any);
        }

        return any;
    }

    private sealed record Candidate(int Number, CompiledTerm[]? Terms);

    /// <summary>One claim, and what was found out of it for the block that is being looked at.</summary>
    private sealed class Demand(string selectedNode, Candidate[] candidates, CompiledTerm[]? provisioned)
    {
        /// <summary>Where each candidate can be reached.</summary>
        public ulong[] Masks { get; } = new ulong[candidates.Length];

        /// <summary>Where a volume can be made.</summary>
        public ulong Made { get; private set; }

        public void Look(BlockNodes nodes, ulong lanes)
        {
            if (selectedNode.Length > 0)
            {
                lanes = Named(nodes, lanes);
            }

            for (int i = 0; i < candidates.Length; i++)
            {
                Masks[i] = candidates[i].Terms is { } terms ? MatchAny(nodes, lanes, terms) : lanes;
            }

            Made = provisioned is null ? 0 : provisioned.Length == 0 ? lanes : MatchAny(nodes, lanes, provisioned);
        }

        public bool Takes(int lane, HashSet<int> taken)
        {
            for (int i = 0; i < candidates.Length; i++)
            {
                if ((Masks[i] >> lane & 1) != 0 && taken.Add(candidates[i].Number))
                {
                    return true;
                }
            }

            return (Made >> lane & 1) != 0;
        }

        private ulong Named(BlockNodes nodes, ulong lanes)
        {
            ulong named = 0;
            foreach (int lane in new Lanes(lanes))
            {
                named |= nodes[lane].Name == selectedNode ? 1UL << lane : 0;
            }

            return named;
        }
    }
}
