using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Keeps pods on nodes where the volumes of their claims can be reached, and those that they lack be bound or made.</summary>
/// <param name="bindTimeout">How long a pod keeps its place while its claims are being bound.</param>
public sealed class VolumeBinding(TimeSpan bindTimeout) : IPreFilterPlugin, IVolumeBindingPlugin, IEnqueueExtensions
{
    internal const string NodeConflict = "node(s) didn't match PersistentVolume's node affinity";
    internal const string BindConflict = "node(s) didn't find available persistent volumes to bind";
    internal const string VolumeMissing = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";

    public string Name => "VolumeBinding";

    public TimeSpan BindTimeout => bindTimeout;

    public Reads FilterReads => Reads.Nodes;

    /// <summary>Nodes alone: a change of claims, volumes or classes that helps a pod makes its needs others, and it is tried.</summary>
    public ImmutableArray<ClusterEventWithHint> EventsToRegister { get; } =
        [new(new ClusterEvent(EventResource.Node, ActionTypes.Add | ActionTypes.UpdateNodeLabel))];

    public PreFilterResult PreFilter(PodClass pod, Vocabulary vocabulary) => pod.Spec.Volumes switch
    {
        null => PreFilterResult.Skip,
        { Problem: { Length: > 0 } problem } => new PreFilterResult(Status.Unresolvable(problem)),
        { LacksVolume: false, Reachable.IsEmpty: true, Unbound.IsEmpty: true } => PreFilterResult.Skip,
        var needs => PreFilterResult.With(new VolumeNodes(needs, vocabulary)),
    };

    public ulong Filter(in PluginContext context, Block block, ulong lanes)
    {
        if (context.Pod.Spec.Volumes is not { } needs)
        {
            return lanes;
        }

        if (needs.LacksVolume)
        {
            return 0;
        }

        VolumeNodes nodes = VolumeNodes.Of(context, needs);
        return nodes.Bind(block.Nodes, nodes.Reach(block.Nodes, lanes));
    }

    public void Explain(in PluginContext context, Block block, ulong rejected, Rejections into)
    {
        VolumeNeeds needs = context.Pod.Spec.Volumes!;
        if (needs.LacksVolume)
        {
            into.Add(rejected, StatusCode.UnschedulableAndUnresolvable, VolumeMissing);
        }

        VolumeNodes nodes = VolumeNodes.Of(context, needs);
        into.Add(rejected & ~nodes.Reach(block.Nodes, rejected), StatusCode.UnschedulableAndUnresolvable, NodeConflict);
        into.Add(rejected & ~nodes.Bind(block.Nodes, rejected), StatusCode.UnschedulableAndUnresolvable, BindConflict);
    }
}
