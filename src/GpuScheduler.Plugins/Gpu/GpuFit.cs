using System.Collections.Immutable;
using System.Runtime.Intrinsics;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// Passes nodes that can give a pod its devices: <see cref="DeviceRequest.Count"/> different ones of an allowed model, each with the share
/// or the memory free, under a regime that can honour the choice. Where no score plugin picks the devices, it gives best-fit ones.
/// </summary>
/// <remarks>
/// Free compute alone is looked at. Memory then fits too: shares take memory in proportion, rounded down, and memory takes compute in
/// proportion, rounded up, so a device always has at least as large a part of its memory free as of its compute.
/// </remarks>
public sealed class GpuFit : IPreFilterPlugin, ICapacityPlugin, IDevicePlugin, IEnqueueExtensions
{
    public string Name => "GpuFit";

    public Reads FilterReads => Reads.Nodes | Reads.Usage;

    public ImmutableArray<ClusterEventWithHint> EventsToRegister { get; } =
    [
        new(new ClusterEvent(EventResource.AssignedPod, ActionTypes.Delete), AfterPodLeft),
        new(
            new ClusterEvent(
                EventResource.Node,
                ActionTypes.Add | ActionTypes.UpdateNodeAllocatable | ActionTypes.UpdateNodeLabel | ActionTypes.UpdateNodeAnnotation),
            AfterNodeChanged),
    ];

    public PreFilterResult PreFilter(PodClass pod, Vocabulary vocabulary) =>
        pod.Devices.IsNone ? PreFilterResult.Skip : PreFilterResult.With(new DeviceNeeds(pod.Devices));

    public ulong Filter(in PluginContext context, Block block, ulong lanes)
    {
        DeviceNeeds needs = DeviceNeeds.Of(context);
        DeviceRequest request = needs.Request;
        if (request.IsAlikeEverywhere)
        {
            // Any device of any node gives the same share: one compare, whatever the shapes.
            ulong open = lanes & ~RegimeFit.Unsuited(block.Nodes, request, request.IsExclusive);
            return open == 0 ? 0 : open & HasRoom(block, (short)request.Milli, request.Count);
        }

        ulong passed = 0, room = 0;
        short milli = 0;
        foreach (LaneGroup<DeviceShape> group in block.Nodes.Shapes)
        {
            ulong asked = group.Lanes & lanes;
            DeviceNeed need;
            if (asked == 0 || (need = needs.For(group)).Impossible is not null)
            {
                continue;
            }

            asked &= ~RegimeFit.Unsuited(block.Nodes, request, need.LeavesChoiceOpen);
            if (need.MilliEach == 0)
            {
                passed |= FitsOneByOne(block, need, group.Value.Count, asked);
                continue;
            }

            if (need.MilliEach != milli)
            {
                milli = need.MilliEach;
                room = HasRoom(block, milli, need.Count);
            }

            passed |= asked & room;
        }

        return passed;
    }

    public void Limit(in PluginContext context, Block block, ulong lanes, Span<short> counts)
    {
        DeviceNeeds needs = DeviceNeeds.Of(context);
        DeviceRequest request = needs.Request;
        if (request.IsNone)
        {
            return;
        }

        Span<short> room = stackalloc short[Block.Size];
        short milli = 0;
        foreach (LaneGroup<DeviceShape> group in block.Nodes.Shapes)
        {
            ulong asked = group.Lanes & lanes;
            if (asked == 0)
            {
                continue;
            }

            DeviceNeed need = needs.For(group);
            bool isByColumn = need.MilliEach == Device.FullMilli || (need.MilliEach > 0 && need.Count == 1);
            if (isByColumn && asked == lanes)
            {
                LimitByColumn(block, need, counts);
                return;
            }

            if (isByColumn && need.MilliEach != milli)
            {
                milli = need.MilliEach;
                room.Fill(short.MaxValue);
                LimitByColumn(block, need, room);
            }

            foreach (int lane in new Lanes(asked))
            {
                int most = isByColumn ? room[lane] : need.HowMany(FreeDevices.Of(block, lane, group.Value.Count));
                counts[lane] = (short)Math.Min(counts[lane], most);
            }
        }
    }

    public void Explain(in PluginContext context, Block block, ulong rejected, Rejections into)
    {
        DeviceNeeds needs = DeviceNeeds.Of(context);
        foreach (LaneGroup<DeviceShape> group in block.Nodes.Shapes)
        {
            ulong lanes = group.Lanes & rejected;
            if (lanes == 0)
            {
                continue;
            }

            DeviceNeed need = needs.For(group);
            if (need.Impossible is { } impossible)
            {
                into.Add(lanes, StatusCode.UnschedulableAndUnresolvable, impossible);
                continue;
            }

            ulong unsuited = lanes & RegimeFit.Unsuited(block.Nodes, needs.Request, need.LeavesChoiceOpen);
            foreach (AllocationRegime regime in RegimeFit.Regimes)
            {
                into.Add(unsuited & block.Nodes.InRegime(regime), StatusCode.UnschedulableAndUnresolvable, RegimeFit.Reason(needs.Request, regime));
            }

            string reason = need.MilliMost == Device.FullMilli ? GpuReasons.TooFewWholeFree
                : need.Count == 1 ? GpuReasons.TooLittleShare
                : GpuReasons.TooFewShares;
            into.Add(lanes & ~unsuited, StatusCode.Unschedulable, reason);
        }
    }

    public DeviceSet ChooseDevices(in PluginContext context, Block block, int lane) =>
        DeviceChoice.Best(DeviceNeeds.Of(context).For(block, lane), FreeDevices.Of(block, lane));

    private static ulong HasRoom(Block block, short milli, int count) =>
        milli == Device.FullMilli ? ColumnMask.AtLeast(block.WholeFree, (short)Math.Min(count, short.MaxValue))
        : count == 1 ? ColumnMask.AtLeast(block.LargestFree, milli)
        : ColumnMask.SlotsAtLeast(block.FreeMilli, milli, count);

    /// <summary>For devices that all serve the request alike: it takes whole ones, or a share of one.</summary>
    private static void LimitByColumn(Block block, DeviceNeed need, Span<short> counts)
    {
        if (need.MilliEach == Device.FullMilli)
        {
            ColumnCounts.LimitByQuotient(counts, block.WholeFree, need.Count);
        }
        else
        {
            ColumnCounts.LimitByShares(counts, block.FreeMilli, need.MilliEach);
        }
    }

    private static ulong FitsOneByOne(Block block, DeviceNeed need, int devices, ulong lanes)
    {
        ulong passed = 0;
        foreach (int lane in new Lanes(lanes))
        {
            Vector256<short> free = FreeDevices.Of(block, lane, devices);
            passed |= (need.Fits(free) ? 1UL : 0) << lane;
        }

        return passed;
    }

    private static QueueingHint AfterPodLeft(QueuedPodInfo pod, ClusterChange change) =>
        change.PodClass is { Devices.IsNone: true } ? QueueingHint.Skip : QueueingHint.Queue;

    private static QueueingHint AfterNodeChanged(QueuedPodInfo pod, ClusterChange change)
    {
        if (change.NewNode is not { } node)
        {
            return QueueingHint.Queue;
        }

        bool same = change.OldNode is { } old && old.Regime == node.Regime && old.Shape.Equals(node.Shape);
        return !same && DeviceNeed.Of(pod.Class.Devices, node.Shape).IsPossible(pod.Class.Devices, node.Regime) ? QueueingHint.Queue : QueueingHint.Skip;
    }
}
