using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Keeps pods off NoSchedule and NoExecute taints that they do not tolerate, and prefers nodes with few such PreferNoSchedule taints.</summary>
public sealed class TaintToleration : IFilterPlugin, INormalizeScorePlugin, IEnqueueExtensions
{
    internal const string Reason = "node(s) had untolerated taint(s)";

    public string Name => "TaintToleration";

    public Reads FilterReads => Reads.Nodes;

    public Reads ScoreReads => Reads.Nodes;

    public ImmutableArray<ClusterEventWithHint> EventsToRegister { get; } =
    [
        new(new ClusterEvent(EventResource.Node, ActionTypes.Add | ActionTypes.UpdateNodeTaint), AfterNodeChanged),
        new(new ClusterEvent(EventResource.UnscheduledPod, ActionTypes.UpdatePodToleration)),
    ];

    public ulong Filter(in PluginContext context, Block block, ulong lanes)
    {
        foreach (LaneGroup<Taint> group in block.Nodes.Taints.AsSpan())
        {
            if (group.Value.Effect != TaintEffect.PreferNoSchedule && (group.Lanes & lanes) != 0
                && !Tolerates(context.Pod.Spec.Tolerations, group.Value))
            {
                lanes &= ~group.Lanes;
            }
        }

        return lanes;
    }

    public void Explain(in PluginContext context, Block block, ulong rejected, Rejections into) =>
        into.Add(rejected, StatusCode.UnschedulableAndUnresolvable, Reason);

    /// <summary>Raw: how many PreferNoSchedule taints the pod does not tolerate.</summary>
    public void Score(in PluginContext context, Block block, ulong lanes, Span<long> scores)
    {
        foreach (int lane in new Lanes(lanes))
        {
            scores[lane] = 0;
        }

        foreach (LaneGroup<Taint> group in block.Nodes.Taints.AsSpan())
        {
            if (group.Value.Effect == TaintEffect.PreferNoSchedule && (group.Lanes & lanes) != 0
                && !Tolerates(context.Pod.Spec.Tolerations, group.Value))
            {
                foreach (int lane in new Lanes(group.Lanes & lanes))
                {
                    scores[lane]++;
                }
            }
        }
    }

    public long NormalizeScore(long score, long lowest, long highest) =>
        highest == 0 ? IScorePlugin.MaxNodeScore : IScorePlugin.MaxNodeScore - (score * IScorePlugin.MaxNodeScore / highest);

    private static bool Tolerates(ImmutableArray<Toleration> tolerations, Taint taint)
    {
        foreach (Toleration toleration in tolerations.AsSpan())
        {
            if (toleration.Tolerates(taint))
            {
                return true;
            }
        }

        return false;
    }

    private static QueueingHint AfterNodeChanged(QueuedPodInfo queued, ClusterChange change)
    {
        if (change.NewNode is not { } node)
        {
            return QueueingHint.Queue;
        }

        return node.Taints.All(t => t.Effect == TaintEffect.PreferNoSchedule || Tolerates(queued.Class.Spec.Tolerations, t))
            ? QueueingHint.Queue
            : QueueingHint.Skip;
    }
}
