using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Keeps pods off NoSchedule and NoExecute taints that they do not tolerate, and prefers nodes with few such PreferNoSchedule taints.</summary>
public sealed class TaintToleration : IPreFilterPlugin, IFilterPlugin, IPreScorePlugin, INormalizeScorePlugin, IEnqueueExtensions
{
    internal const string Reason = "node(s) had untolerated taint(s)";

    public string Name => "TaintToleration";

    public Reads FilterReads => Reads.Nodes;

    public Reads ScoreReads => Reads.Nodes;

    public ImmutableArray<ClusterEventWithHint> EventsToRegister { get; } =
    [
        new(new ClusterEvent(EventResource.Node, ActionTypes.Add | ActionTypes.UpdateNodeTaint), AfterNodeChanged),
        new(new ClusterEvent(EventResource.UnscheduledPod, ActionTypes.UpdatePodToleration), PodChanges.OfItself),
    ];

    /// <summary>A pod that tolerates everything, as those of many DaemonSets do, has nothing to ask.</summary>
    public PreFilterResult PreFilter(PodClass pod, Vocabulary vocabulary) =>
        pod.Spec.Tolerations.Any(t => t is { Key: "", Operator: TolerationOperator.Exists, Effect: null })
            ? PreFilterResult.Skip
            : PreFilterResult.With(new ToleratedTaints(pod.Spec.Tolerations, vocabulary));

    public ulong Filter(in PluginContext context, Block block, ulong lanes)
    {
        if (block.Nodes.Taints.IsEmpty)
        {
            return lanes;
        }

        ToleratedTaints tolerated = StateOf(context);
        foreach (ref readonly LaneGroup<Taint> group in block.Nodes.Taints.AsSpan())
        {
            if (group.Value.Effect != TaintEffect.PreferNoSchedule && (group.Lanes & lanes) != 0 && !tolerated.Covers(group))
            {
                lanes &= ~group.Lanes;
            }
        }

        return lanes;
    }

    public void Explain(in PluginContext context, Block block, ulong rejected, Rejections into) =>
        into.Add(rejected, StatusCode.UnschedulableAndUnresolvable, Reason);

    public PreScoreResult PreScore(PodClass pod, Vocabulary vocabulary) =>
        PreScoreResult.With(new ToleratedTaints(pod.Spec.Tolerations, vocabulary));

    /// <summary>Raw: how many PreferNoSchedule taints the pod does not tolerate.</summary>
    public void Score(in PluginContext context, Block block, ulong lanes, Span<int> scores)
    {
        scores[..Block.Size].Clear();
        if (block.Nodes.Taints.IsEmpty)
        {
            return;
        }

        ToleratedTaints tolerated = StateOf(context);
        foreach (ref readonly LaneGroup<Taint> group in block.Nodes.Taints.AsSpan())
        {
            if (group.Value.Effect == TaintEffect.PreferNoSchedule && (group.Lanes & lanes) != 0 && !tolerated.Covers(group))
            {
                foreach (int lane in new Lanes(group.Lanes & lanes))
                {
                    scores[lane]++;
                }
            }
        }
    }

    public bool TryScoreAlike(in PluginContext context, Block block, ulong lanes, out int score)
    {
        score = 0;
        foreach (ref readonly LaneGroup<Taint> group in block.Nodes.Taints.AsSpan())
        {
            if (group.Value.Effect == TaintEffect.PreferNoSchedule && (group.Lanes & lanes) != 0)
            {
                return false;
            }
        }

        return true;
    }

    public int NormalizeScore(int score, int lowest, int highest) =>
        highest == 0 ? IScorePlugin.MaxNodeScore : IScorePlugin.MaxNodeScore - (int)((long)score * IScorePlugin.MaxNodeScore / highest);

    private static ToleratedTaints StateOf(in PluginContext context) =>
        context.State as ToleratedTaints ?? new ToleratedTaints(context.Pod.Spec.Tolerations, context.Cluster.Vocabulary);

    /// <summary>A node helps once it has no taint that keeps the pod off, and an update only if it had one before.</summary>
    private static QueueingHint AfterNodeChanged(QueuedPodInfo queued, ClusterChange change)
    {
        if (change.NewNode is not { } node)
        {
            return QueueingHint.Queue;
        }

        bool keptOff = change.OldNode is null || KeepsOff(change.OldNode);
        return keptOff && !KeepsOff(node) ? QueueingHint.Queue : QueueingHint.Skip;

        bool KeepsOff(Node of) =>
            of.Taints.Any(t => t.Effect != TaintEffect.PreferNoSchedule && !ToleratedTaints.Covers(queued.Class.Spec.Tolerations, t));
    }
}
