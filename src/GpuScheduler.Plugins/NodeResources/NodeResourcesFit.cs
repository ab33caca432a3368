using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// Keeps pods off nodes that lack a resource they request, and ranks nodes by how full they are or will be. Whole accelerators are
/// <see cref="GpuFit"/>'s business.
/// </summary>
public sealed class NodeResourcesFit(NodeResourcesFitArgs args) : IPreFilterPlugin, ICapacityPlugin, IPreScorePlugin, IScorePlugin, IEnqueueExtensions
{
    internal const string TooManyPods = "Too many pods";

    private readonly AllocationScorer _scorer = new(args);

    public string Name => "NodeResourcesFit";

    public Reads FilterReads => Reads.Nodes | Reads.Usage;

    public Reads ScoreReads => Reads.Nodes | Reads.Usage;

    public ImmutableArray<ClusterEventWithHint> EventsToRegister =>
    [
        // Every pod that leaves frees a place at least, and that may be what was lacking.
        new(new ClusterEvent(EventResource.AssignedPod, ActionTypes.Delete | ActionTypes.UpdatePodScaleDown)),
        new(new ClusterEvent(EventResource.Node, ActionTypes.Add | ActionTypes.UpdateNodeAllocatable), AfterNodeChanged),
    ];

    public PreFilterResult PreFilter(PodClass pod, Vocabulary vocabulary) => PreFilterResult.With(new RoomNeeds(Checked(pod, vocabulary)));

    public ulong Filter(in PluginContext context, Block block, ulong lanes) => NeedsOf(context).Filter(block, lanes);

    public void Limit(in PluginContext context, Block block, ulong lanes, Span<short> counts)
    {
        ColumnCounts.LimitByRoom(counts, block.Nodes.Allocatable(Vocabulary.PodsId), block.Requested(Vocabulary.PodsId), 1, lanes);
        foreach (ResourceRequest request in NeedsOf(context).Requests)
        {
            ColumnCounts.LimitByRoom(counts, block.Nodes.Allocatable(request.Resource), block.Requested(request.Resource), request.Amount, lanes);
        }
    }

    public void Explain(in PluginContext context, Block block, ulong rejected, Rejections into)
    {
        ResourceRequest[] requests = NeedsOf(context).Requests;

        // One resource that the node would lack even when empty makes the node hopeless, whatever else it lacks.
        ulong hopeless = 0;
        foreach (ResourceRequest request in requests)
        {
            hopeless |= rejected & ~ColumnMask.AtLeast(block.Nodes.Allocatable(request.Resource), request.Amount) & Lacking(block, request);
        }

        Add(rejected & Lacking(block, new ResourceRequest(Vocabulary.PodsId, 1)), TooManyPods);
        foreach (ResourceRequest request in requests)
        {
            ulong lacking = rejected & Lacking(block, request);
            if (lacking != 0)
            {
                Add(lacking, $"Insufficient {context.Cluster.Vocabulary.Resources[request.Resource]}");
            }
        }

        void Add(ulong lanes, string reason)
        {
            into.Add(lanes & ~hopeless, StatusCode.Unschedulable, reason);
            into.Add(lanes & hopeless, StatusCode.UnschedulableAndUnresolvable, reason);
        }
    }

    public PreScoreResult PreScore(PodClass pod, Vocabulary vocabulary) =>
        PreScoreResult.With(ScoredResource.Of(pod, args.Resources, vocabulary, nonZero: true));

    public void Score(in PluginContext context, Block block, ulong lanes, Span<int> scores) => _scorer.Score(
        block,
        context.State as ScoredResource[] ?? ScoredResource.Of(context.Pod, args.Resources, context.Cluster.Vocabulary, nonZero: true),
        lanes,
        scores);

    private static ulong Lacking(Block block, ResourceRequest request) =>
        ~ColumnMask.HasRoom(block.Nodes.Allocatable(request.Resource), block.Requested(request.Resource), request.Amount);

    private RoomNeeds NeedsOf(in PluginContext context) =>
        context.State as RoomNeeds ?? new RoomNeeds(Checked(context.Pod, context.Cluster.Vocabulary));

    private ResourceRequest[] Checked(PodClass pod, Vocabulary vocabulary) =>
        [.. pod.Requests.Where(r => !IsIgnored(vocabulary.Resources[r.Resource]))];

    private bool IsIgnored(string resource) => ResourceNames.IsExtended(resource)
        && (args.IgnoredResources.Contains(resource, StringComparer.Ordinal)
            || args.IgnoredResourceGroups.Contains(resource[..resource.IndexOf('/', StringComparison.Ordinal)], StringComparer.Ordinal));

    /// <summary>A node helps if the pod would fit there were it empty, and if an update gave it more of what the pod asks for.</summary>
    private QueueingHint AfterNodeChanged(QueuedPodInfo queued, ClusterChange change)
    {
        if (change.NewNode is not { } node)
        {
            return QueueingHint.Queue;
        }

        bool fits = node.Allocatable[ResourceNames.Pods] >= 1;
        bool grew = change.OldNode is not { } old || node.Allocatable[ResourceNames.Pods] > old.Allocatable[ResourceNames.Pods];
        foreach ((string name, long amount) in queued.Class.Requested)
        {
            if (amount != 0 && name != ResourceNames.Pods && !DeviceRequestKeys.IsDeviceResource(name) && !IsIgnored(name))
            {
                fits &= node.Allocatable[name] >= amount;
                grew |= node.Allocatable[name] > change.OldNode?.Allocatable[name];
            }
        }

        return fits && grew ? QueueingHint.Queue : QueueingHint.Skip;
    }
}
