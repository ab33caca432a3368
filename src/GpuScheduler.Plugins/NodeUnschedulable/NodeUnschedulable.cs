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
            (_, change) => change.NewNode is { Unschedulable: true } ? QueueingHint.Skip : QueueingHint.Queue),
    ];

    public PreFilterResult PreFilter(PodClass pod, Vocabulary vocabulary) =>
        pod.Spec.Tolerations.Any(t => t.Tolerates(Cordon)) ? PreFilterResult.Skip : default;

    public ulong Filter(in PluginContext context, Block block, ulong lanes) => lanes & ~block.Nodes.Unschedulable;

    public void Explain(in PluginContext context, Block block, ulong rejected, Rejections into) =>
        into.Add(rejected, StatusCode.UnschedulableAndUnresolvable, Reason);
}
