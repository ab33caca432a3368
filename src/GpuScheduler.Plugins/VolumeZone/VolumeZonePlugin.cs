using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Keeps pods in the zones and regions that the labels of their bound volumes name. A node that has no label of the kind is in all of them.</summary>
public sealed class VolumeZonePlugin : IPreFilterPlugin, IFilterPlugin, IEnqueueExtensions
{
    internal const string Reason = "node(s) had no available volume zone";

    public string Name => "VolumeZone";

    public Reads FilterReads => Reads.Nodes;

    public ImmutableArray<ClusterEventWithHint> EventsToRegister { get; } =
        [new(new ClusterEvent(EventResource.Node, ActionTypes.Add | ActionTypes.UpdateNodeLabel))];

    public PreFilterResult PreFilter(PodClass pod, Vocabulary vocabulary) =>
        pod.Spec.Volumes is { Zones.IsEmpty: false } needs ? PreFilterResult.With(new ZoneLabels(needs, vocabulary)) : PreFilterResult.Skip;

    public ulong Filter(in PluginContext context, Block block, ulong lanes)
    {
        ZoneLabels? labels = context.State as ZoneLabels
            ?? (context.Pod.Spec.Volumes is { Zones.IsEmpty: false } needs ? new ZoneLabels(needs, context.Cluster.Vocabulary) : null);
        return labels?.Match(block.Nodes, lanes) ?? lanes;
    }

    public void Explain(in PluginContext context, Block block, ulong rejected, Rejections into) => into.Add(rejected, StatusCode.UnschedulableAndUnresolvable, Reason);
}
