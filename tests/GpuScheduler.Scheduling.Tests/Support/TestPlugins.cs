using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling.Tests;

/// <summary>Looks at nodes alone: those whose "pool" label is the pod's image.</summary>
internal sealed class PoolFilter : NodeFilter
{
    public override string Name => "Pool";

    public override Reads FilterReads => Reads.Nodes;

    protected override Status Filter(in PluginContext context, NodeInfo node)
    {
        string wanted = context.Pod.Spec.Containers[0].Image;
        return wanted.Length == 0 || node.Node.Labels.GetValueOrDefault("pool") == wanted
            ? Status.Success
            : Status.Unresolvable("node(s) are in another pool");
    }
}

/// <summary>CPU and device room.</summary>
internal sealed class RoomFilter : NodeFilter, IDevicePlugin
{
    public override string Name => "Room";

    public override Reads FilterReads => Reads.Nodes | Reads.Usage;

    public DeviceSet ChooseDevices(in PluginContext context, Block block, int lane)
    {
        DeviceSet devices = DeviceSet.Empty;
        DeviceRequest request = context.Pod.Devices;
        foreach (Device device in block.Nodes.Shape(lane).Devices)
        {
            if (devices.Count < request.Count && block.FreeMilliOf(lane, device.Index) >= request.Milli)
            {
                devices = devices.With(device.Index);
            }
        }

        return devices;
    }

    protected override Status Filter(in PluginContext context, NodeInfo node)
    {
        if (node.Requested(Vocabulary.CpuId) + context.Pod.AmountOf(Vocabulary.CpuId) > node.Allocatable(Vocabulary.CpuId))
        {
            return Status.Unschedulable("Insufficient cpu");
        }

        int fitting = 0;
        foreach (Device device in node.Node.Shape.Devices)
        {
            fitting += node.Block.FreeMilliOf(node.Lane, device.Index) >= context.Pod.Devices.Milli ? 1 : 0;
        }

        return fitting >= context.Pod.Devices.Count ? Status.Success : Status.Unschedulable("Insufficient devices");
    }
}

/// <summary>More free CPU is better; scores as they are.</summary>
internal sealed class FreeCpuScore : NodeScore
{
    public override string Name => "FreeCpu";

    public override Reads ScoreReads => Reads.Nodes | Reads.Usage;

    public override int Precision => 4;

    protected override int Score(in PluginContext context, NodeInfo node) =>
        (int)(400 * (node.Allocatable(Vocabulary.CpuId) - node.Requested(Vocabulary.CpuId)) / Math.Max(1, node.Allocatable(Vocabulary.CpuId)));
}

/// <summary>Fewer free devices are better, against the other feasible nodes.</summary>
internal sealed class PackScore : NodeScore, INormalizeScorePlugin
{
    public override string Name => "Pack";

    public override Reads ScoreReads => Reads.Nodes | Reads.Usage;

    public int NormalizeScore(int score, int lowest, int highest) =>
        highest == lowest ? 0 : 100 * (score - lowest) / (highest - lowest);

    protected override int Score(in PluginContext context, NodeInfo node) => -node.Block.TotalFree[node.Lane];
}

/// <summary>Nodes with an odd number of devices are worse: looks at nodes alone, and at first all are alike.</summary>
internal sealed class RareScore : NodeScore, INormalizeScorePlugin
{
    public override string Name => "Rare";

    public override Reads ScoreReads => Reads.Nodes;

    public int NormalizeScore(int score, int lowest, int highest) => highest == 0 ? 100 : 100 - (100 * score / highest);

    protected override int Score(in PluginContext context, NodeInfo node) => node.Node.Shape.Count % 2 == 0 ? 0 : node.Node.Shape.Count;
}

/// <summary>Draws lots, anew for each attempt.</summary>
internal sealed class LotteryScore : NodeScore
{
    public override string Name => "Lottery";

    public override Reads ScoreReads => Reads.Attempt;

    protected override int Score(in PluginContext context, NodeInfo node) =>
        (int)(TieKeys.Mix((ulong)context.Attempt ^ node.Block.Nodes.TieKeys[node.Lane]) % 101);
}

/// <summary>A table that can be published anew: nodes by the remainder of their tie key.</summary>
internal sealed class PublishedScore : NodeScore, IVersionedPlugin
{
    public override string Name => "Published";

    public long Version { get; private set; }

    public override Reads ScoreReads => Reads.Nodes;

    public void Publish() => Version++;

    protected override int Score(in PluginContext context, NodeInfo node) =>
        (int)(TieKeys.Mix((ulong)Version ^ node.Block.Nodes.TieKeys[node.Lane]) % 101);
}

/// <summary>First come, first served.</summary>
internal sealed class ArrivalOrder : IQueueSortPlugin
{
    public string Name => "ArrivalOrder";

    public bool Less(QueuedPodInfo a, QueuedPodInfo b) => a.Priority > b.Priority;
}
