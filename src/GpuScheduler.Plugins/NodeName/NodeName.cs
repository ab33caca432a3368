using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Honours <c>spec.nodeName</c> of a pending pod.</summary>
public sealed class NodeName : IPreFilterPlugin, IFilterPlugin, IEnqueueExtensions
{
    internal const string Reason = "node(s) didn't match the requested node name";

    public string Name => "NodeName";

    public Reads FilterReads => Reads.Nodes;

    public ImmutableArray<ClusterEventWithHint> EventsToRegister { get; } =
    [
        new(
            new ClusterEvent(EventResource.Node, ActionTypes.Add),
            (queued, change) => change.NewNode?.Name == queued.Class.Spec.NodeName ? QueueingHint.Queue : QueueingHint.Skip),
    ];

    public PreFilterResult PreFilter(PodClass pod, Vocabulary vocabulary) => pod.Spec.NodeName.Length == 0 ? PreFilterResult.Skip : default;

    public ulong Filter(in PluginContext context, Block block, ulong lanes)
    {
        string wanted = context.Pod.Spec.NodeName;
        if (wanted.Length == 0)
        {
            return lanes;
        }

        ulong passed = 0;
        foreach (int lane in new Lanes(lanes))
        {
            passed |= block.Nodes[lane].Name == wanted ? 1UL << lane : 0;
        }

        return passed;
    }

    public void Explain(in PluginContext context, Block block, ulong rejected, Rejections into) =>
        into.Add(rejected, StatusCode.UnschedulableAndUnresolvable, Reason);
}
