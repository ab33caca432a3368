using System.Collections.Frozen;
using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Honours <c>nodeSelector</c> and node affinity, and prefers nodes that match preferred terms.</summary>
/// <param name="addedAffinity">Affinity that the operator adds to every pod of the profile; null for none.</param>
public sealed class NodeAffinityPlugin(NodeAffinity? addedAffinity = null)
    : IPreFilterPlugin, IFilterPlugin, IPreScorePlugin, INormalizeScorePlugin, IEnqueueExtensions
{
    internal const string Reason = "node(s) didn't match Pod's node affinity/selector";
    internal const string EnforcedReason = "node(s) didn't match scheduler-enforced node affinity";
    internal const string ConflictReason = "pod affinity terms conflict";

    public string Name => "NodeAffinity";

    public Reads FilterReads => Reads.Nodes;

    public Reads ScoreReads => Reads.Nodes;

    public ImmutableArray<ClusterEventWithHint> EventsToRegister =>
        [new(new ClusterEvent(EventResource.Node, ActionTypes.Add | ActionTypes.UpdateNodeLabel), AfterNodeChanged)];

    public PreFilterResult PreFilter(PodClass pod, Vocabulary vocabulary)
    {
        PodSpec spec = pod.Spec;
        if (spec.NodeSelector.IsEmpty && spec.NodeAffinity?.Required is null && addedAffinity?.Required is null)
        {
            return PreFilterResult.Skip;
        }

        FrozenSet<string>? names = NamesIn(spec.NodeAffinity?.Required);
        return names is { Count: 0 }
            ? new PreFilterResult(Status.Unresolvable(ConflictReason))
            : PreFilterResult.With(new FilterState(spec, addedAffinity, vocabulary), names);
    }

    public ulong Filter(in PluginContext context, Block block, ulong lanes)
    {
        FilterState state = FilterState.Of(context, addedAffinity);
        return state.Own.Match(block.Nodes, state.Added?.Match(block.Nodes, lanes) ?? lanes);
    }

    public void Explain(in PluginContext context, Block block, ulong rejected, Rejections into)
    {
        FilterState state = FilterState.Of(context, addedAffinity);
        ulong allowed = state.Added?.Match(block.Nodes, rejected) ?? rejected;
        into.Add(rejected & ~allowed, StatusCode.UnschedulableAndUnresolvable, EnforcedReason);
        into.Add(allowed, StatusCode.UnschedulableAndUnresolvable, Reason);
    }

    public PreScoreResult PreScore(PodClass pod, Vocabulary vocabulary)
    {
        (int, CompiledTerm)[] preferred = Preferred(pod, vocabulary);
        return preferred.Length == 0 ? PreScoreResult.Skip : PreScoreResult.With(preferred);
    }

    /// <summary>Raw: the weights of the preferred terms that match.</summary>
    public void Score(in PluginContext context, Block block, ulong lanes, Span<int> scores)
    {
        scores[..Block.Size].Clear();
        foreach ((int weight, CompiledTerm term) in context.State as (int, CompiledTerm)[] ?? Preferred(context.Pod, context.Cluster.Vocabulary))
        {
            foreach (int lane in new Lanes(term.Match(block.Nodes, lanes)))
            {
                scores[lane] += weight;
            }
        }
    }

    public int NormalizeScore(int score, int lowest, int highest) =>
        highest == 0 ? 0 : (int)((long)score * IScorePlugin.MaxNodeScore / highest);

    /// <summary>The only names that can match, where every term names some; null otherwise.</summary>
    private static FrozenSet<string>? NamesIn(ImmutableArray<NodeSelectorTerm>? required)
    {
        if (required is not { IsEmpty: false } terms)
        {
            return null;
        }

        HashSet<string> all = new(StringComparer.Ordinal);
        foreach (NodeSelectorTerm term in terms)
        {
            HashSet<string>? names = null;
            foreach (NodeSelectorRequirement field in term.MatchFields)
            {
                if (field.Key == "metadata.name" && field.Operator == NodeSelectorOperator.In && !field.Values.IsDefault)
                {
                    names = names is null ? [.. field.Values] : [.. names.Intersect(field.Values, StringComparer.Ordinal)];
                }
            }

            if (names is null)
            {
                return null;
            }

            all.UnionWith(names);
        }

        return all.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>A node helps once it matches, and an update only if it did not before.</summary>
    private QueueingHint AfterNodeChanged(QueuedPodInfo queued, ClusterChange change)
    {
        if (change.NewNode is not { } node)
        {
            return QueueingHint.Queue;
        }

        return Matches(node) && (change.OldNode is null || !Matches(change.OldNode)) ? QueueingHint.Queue : QueueingHint.Skip;

        bool Matches(Node of)
        {
            PodSpec spec = queued.Class.Spec;
            return NodeSelectors.MatchesSelector(spec.NodeSelector, of)
                && (spec.NodeAffinity?.Required is not { } own || own.Any(t => NodeSelectors.Matches(t, of)))
                && (addedAffinity?.Required is not { } added || added.Any(t => NodeSelectors.Matches(t, of)));
        }
    }

    private (int Weight, CompiledTerm Term)[] Preferred(PodClass pod, Vocabulary vocabulary) =>
    [
        .. (addedAffinity?.Preferred ?? []).Concat(pod.Spec.NodeAffinity?.Preferred ?? [])
            .Select(p => (p.Weight, new CompiledTerm(p.Preference, vocabulary))),
    ];

    private sealed class FilterState(PodSpec spec, NodeAffinity? addedAffinity, Vocabulary vocabulary)
    {
        public RequiredNodes Own { get; } = new(spec.NodeSelector, spec.NodeAffinity?.Required, vocabulary);

        public RequiredNodes? Added { get; } =
            addedAffinity?.Required is { } required ? new RequiredNodes(LabelSet.Empty, required, vocabulary) : null;

        public static FilterState Of(in PluginContext context, NodeAffinity? addedAffinity) =>
            context.State as FilterState ?? new FilterState(context.Pod.Spec, addedAffinity, context.Cluster.Vocabulary);
    }
}
