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
        // A change of spec.unschedulable comes as a change of taints.
        new(
            new ClusterEvent(EventResource.Node, ActionTypes.Add | ActionTypes.UpdateNodeTaint),
            (_, change) => change is { NewNode.Unschedulable: true } or { OldNode.Unschedulable: false } ? QueueingHint.Skip : QueueingHint.Queue),
        new(new ClusterEvent(EventResource.UnscheduledPod, ActionTypes.UpdatePodToleration), PodChanges.OfItself),
    ];

    public PreFilterResult PreFilter(PodClass pod, Vocabulary vocabulary) =>
        pod.Spec.Tolerations.Any(t => t.Tolerates(Cordon)) ? PreFilterResult.Skip : default;

    public ulong Filter(in PluginContext context, Block block, ulong lanes) => lanes & ~block.Nodes.Unschedulable;

    public void Explain(in PluginContext context, Block block, ulong rejected, Rejections into) =>
        into.Add(rejected, StatusCode.UnschedulableAndUnresolvable, Reason);
}
