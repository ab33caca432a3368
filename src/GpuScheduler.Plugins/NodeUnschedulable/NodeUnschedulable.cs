using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Keeps pods off cordoned nodes, unless they tolerate <c>node.kubernetes.io/unschedulable:NoSchedule</c>.</summary>
public sealed class NodeUnschedulable : IPreFilterPlugin, IFilterPlugin, IEnqueueExtensions
{
    internal const string Reason = "node(s) were unschedulable";

    private static readonly Taint Cordon = new(WellKnownLabels.UnschedulableTaint, "", TaintEffect.NoSchedule);

    public string Name => "NodeUnschedulable";

    public Reads FilterReads => Reads.Nodes;

    public ImmutableArray<ClusterEventWithHint> EventsToRegister { get; } =
    [
        new(
            new ClusterEvent(EventResource.Node, ActionTypes.Add | ActionTypes.UpdateNodeTaint),
            (_, change) => change is { NewNode.Unschedulable: true } or { OldNode.Unschedulable: false } ? QueueingHint.Skip : QueueingHint.Queue),
        new(
            new ClusterEvent(EventResource.UnscheduledPod, ActionTypes.UpdatePodToleration),
            (_, change) => change.PodClass is { } pod && !Tolerates(pod) ? QueueingHint.Skip : QueueingHint.Queue),
    ];

    public PreFilterResult PreFilter(PodClass pod, Vocabulary vocabulary) =>
        Tolerates(pod) ? PreFilterResult.Skip : default;

    /// <summary>Asks for the toleration again: a profile may run Filter without PreFilter.</summary>
    public ulong Filter(in PluginContext context, Block block, ulong lanes)
    {
        ulong cordoned = lanes & block.Nodes.Unschedulable;
        return cordoned == 0 || Tolerates(context.Pod) ? lanes : lanes & ~cordoned;
    }

    public void Explain(in PluginContext context, Block block, ulong rejected, Rejections into) =>
        into.Add(rejected, StatusCode.UnschedulableAndUnresolvable, Reason);

    private static bool Tolerates(PodClass pod)
    {
        foreach (Toleration toleration in pod.Spec.Tolerations.AsSpan())
        {
            if (toleration.Tolerates(Cordon))
            {
                return true;
            }
        }

        return false;
    }
}
