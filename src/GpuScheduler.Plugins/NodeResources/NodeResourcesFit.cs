using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// Keeps pods off nodes that lack a resource they request, and ranks nodes by how full they are or will be. Whole accelerators are
/// <see cref="GpuFit"/>'s business.
/// </summary>
public sealed class NodeResourcesFit(NodeResourcesFitArgs args) : IPreFilterPlugin, IFilterPlugin, IPreScorePlugin, IScorePlugin, IEnqueueExtensions
{
    internal const string TooManyPods = "Too many pods";

    public string Name => "NodeResourcesFit";

    public Reads FilterReads => Reads.Nodes | Reads.Usage;

    public Reads ScoreReads => Reads.Nodes | Reads.Usage;

    public ImmutableArray<ClusterEventWithHint> EventsToRegister =>
    [
        // Every pod that leaves frees a place at least, and that may be what was lacking.
        new(new ClusterEvent(EventResource.AssignedPod, ActionTypes.Delete | ActionTypes.UpdatePodScaleDown)),
        new(new ClusterEvent(EventResource.Node, ActionTypes.Add | ActionTypes.UpdateNodeAllocatable), AfterNodeChanged),
    ];

    public PreFilterResult PreFilter(PodClass pod, Vocabulary vocabulary) => PreFilterResult.With(Checked(pod, vocabulary));

    public ulong Filter(in PluginContext context, Block block, ulong lanes)
    {
        lanes &= ColumnMask.HasRoom(block.Nodes.Allocatable(Vocabulary.PodsId), block.Requested(Vocabulary.PodsId), 1);
        foreach (ResourceRequest request in StateOf(context))
        {
            if (lanes == 0)
            {
                break;
            }

            lanes &= ColumnMask.HasRoom(block.Nodes.Allocatable(request.Resource), block.Requested(request.Resource), request.Amount);
        }

        return lanes;
    }

    public void Explain(in PluginContext context, Block block, ulong rejected, Rejections into)
    {
        ResourceRequest[] requests = StateOf(context);
        ulong large = rejected;
        foreach (ResourceRequest request in requests)
        {
            large &= ColumnMask.AtLeast(block.Nodes.Allocatable(request.Resource), request.Amount);
        }

        ulong full = rejected & ~ColumnMask.HasRoom(block.Nodes.Allocatable(Vocabulary.PodsId), block.Requested(Vocabulary.PodsId), 1);
        Add(full, TooManyPods);
        foreach (ResourceRequest request in requests)
        {
            ulong lacking = rejected
                & ~ColumnMask.HasRoom(block.Nodes.Allocatable(request.Resource), block.Requested(request.Resource), request.Amount);
            if (lacking != 0)
            {
                Add(lacking, $"Insufficient {context.Cluster.Vocabulary.Resources[request.Resource]}");
            }
        }

        // A node has one status, whatever it lacks: where one request is more than all that it offers, removing pods cannot help.
        void Add(ulong lanes, string reason)
        {
            into.Add(lanes & large, StatusCode.Unschedulable, reason);
            into.Add(lanes & ~large, StatusCode.UnschedulableAndUnresolvable, reason);
        }
    }

    public PreScoreResult PreScore(PodClass pod, Vocabulary vocabulary) =>
        PreScoreResult.With(ScoredResource.Of(pod, args.Resources, vocabulary, nonZero: true));

    public void Score(in PluginContext context, Block block, ulong lanes, Span<long> scores)
    {
        ScoredResource[] resources = context.State as ScoredResource[]
            ?? ScoredResource.Of(context.Pod, args.Resources, context.Cluster.Vocabulary, nonZero: true);
        scores = scores[..Block.Size];
        Span<long> weights = stackalloc long[Block.Size];
        foreach (int lane in new Lanes(lanes))
        {
            scores[lane] = 0;
        }

        foreach (ref readonly ScoredResource resource in resources.AsSpan())
        {
            AddScores(resource, block, lanes, scores, weights);
        }

        bool isRounded = args.Strategy == ScoringStrategyType.RequestedToCapacityRatio;
        foreach (int lane in new Lanes(lanes))
        {
            long weight = weights[lane];
            scores[lane] = weight == 0 ? 0
                : isRounded ? (long)Math.Round((double)scores[lane] / weight, MidpointRounding.AwayFromZero)
                : scores[lane] / weight;
        }
    }

    /// <summary>One resource for all lanes: the columns are looked up once.</summary>
    private void AddScores(in ScoredResource resource, Block block, ulong lanes, Span<long> sums, Span<long> weights)
    {
        ReadOnlySpan<long> capacities = block.Nodes.Allocatable(resource.Resource)[..Block.Size];
        ReadOnlySpan<long> inUse = resource.Used(block, nonZero: true)[..Block.Size];
        bool skipsZeros = args.Strategy == ScoringStrategyType.RequestedToCapacityRatio;
        foreach (int lane in new Lanes(lanes))
        {
            long capacity = capacities[lane];
            if (capacity == 0)
            {
                continue;
            }

            long score = ScoreOf(capacity, inUse[lane] + resource.PodAmount);
            if (!skipsZeros || score > 0)
            {
                sums[lane] += score * resource.Weight;
                weights[lane] += resource.Weight;
            }
        }
    }

    private long ScoreOf(long capacity, long used) => args.Strategy switch
    {
        ScoringStrategyType.LeastAllocated => used > capacity ? 0 : Percent(capacity - used, capacity),
        ScoringStrategyType.MostAllocated => Percent(Math.Min(used, capacity), capacity),
        _ => Interpolate(used > capacity ? 100 : Percent(used, capacity)),
    };

    /// <summary>part x 100 / whole, truncated. A quotient of doubles is exact here while the product stays below 2^53.</summary>
    private static long Percent(long part, long whole) =>
        part < 1L << 46 && whole < 1L << 46 ? (long)((double)(part * 100) / whole) : (long)((Int128)part * 100 / whole);

    private long Interpolate(long utilization)
    {
        ImmutableArray<UtilizationPoint> shape = args.Shape;
        const int Scale = IScorePlugin.MaxNodeScore / 10;
        for (int i = 0; i < shape.Length; i++)
        {
            if (utilization <= shape[i].Utilization)
            {
                if (i == 0)
                {
                    return shape[0].Score * Scale;
                }

                UtilizationPoint from = shape[i - 1], to = shape[i];
                return (from.Score * Scale)
                    + ((to.Score - from.Score) * Scale * (utilization - from.Utilization) / (to.Utilization - from.Utilization));
            }
        }

        return shape.IsEmpty ? 0 : shape[^1].Score * Scale;
    }

    private ResourceRequest[] StateOf(in PluginContext context) =>
        context.State as ResourceRequest[] ?? Checked(context.Pod, context.Cluster.Vocabulary);

    private ResourceRequest[] Checked(PodClass pod, Vocabulary vocabulary) =>
        [.. pod.Requests.Where(r => !IsIgnored(vocabulary.Resources[r.Resource]))];

    private bool IsIgnored(string resource) => ResourceNames.IsExtended(resource)
        && (args.IgnoredResources.Contains(resource, StringComparer.Ordinal)
            || args.IgnoredResourceGroups.Contains(resource[..resource.IndexOf('/', StringComparison.Ordinal)], StringComparer.Ordinal));

    private QueueingHint AfterNodeChanged(QueuedPodInfo queued, ClusterChange change) =>
        change.NewNode is not { } node || queued.Class.Requested.All(r =>
            r.Key == ResourceNames.Pods || DeviceRequestKeys.IsWholeDeviceResource(r.Key) || r.Value == 0 || IsIgnored(r.Key) || node.Allocatable[r.Key] >= r.Value)
            ? QueueingHint.Queue
            : QueueingHint.Skip;
}
