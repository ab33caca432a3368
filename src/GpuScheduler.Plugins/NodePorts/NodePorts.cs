using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Keeps pods off nodes where a host port that they need is taken.</summary>
public sealed class NodePorts : IPreFilterPlugin, ICapacityPlugin, IEnqueueExtensions
{
    internal const string Reason = "node(s) didn't have free ports for the requested pod ports";

    public string Name => "NodePorts";

    public Reads FilterReads => Reads.Nodes | Reads.Usage;

    public ImmutableArray<ClusterEventWithHint> EventsToRegister { get; } =
    [
        new(
            new ClusterEvent(EventResource.AssignedPod, ActionTypes.Delete),
            (queued, change) => change.PodClass is { } gone && !Conflict(gone.HostPorts, queued.Class.HostPorts) ? QueueingHint.Skip : QueueingHint.Queue),
        new(new ClusterEvent(EventResource.Node, ActionTypes.Add)),
    ];

    public PreFilterResult PreFilter(PodClass pod, Vocabulary vocabulary) => pod.HostPorts.IsEmpty ? PreFilterResult.Skip : default;

    public ulong Filter(in PluginContext context, Block block, ulong lanes)
    {
        ImmutableArray<HostPort> wanted = context.Pod.HostPorts;
        if (wanted.IsEmpty)
        {
            return lanes;
        }

        ulong passed = lanes;
        foreach (int lane in new Lanes(lanes))
        {
            foreach (Placement placement in block.PlacementsOn(lane))
            {
                if (Conflict(placement.Class.HostPorts, wanted))
                {
                    passed &= ~(1UL << lane);
                    break;
                }
            }
        }

        return passed;
    }

    /// <summary>Two pods alike want the same ports: one a node.</summary>
    public void Limit(in PluginContext context, Block block, ulong lanes, Span<short> counts)
    {
        if (!context.Pod.HostPorts.IsEmpty)
        {
            foreach (int lane in new Lanes(lanes))
            {
                counts[lane] = Math.Min(counts[lane], (short)1);
            }
        }
    }

    public void Explain(in PluginContext context, Block block, ulong rejected, Rejections into) =>
        into.Add(rejected, StatusCode.Unschedulable, Reason);

    private static bool Conflict(ImmutableArray<HostPort> taken, ImmutableArray<HostPort> wanted)
    {
        foreach (HostPort mine in taken)
        {
            foreach (HostPort its in wanted)
            {
                if (mine.ConflictsWith(its))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
