using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation.Tests;

/// <summary>A policy small enough to reckon with in one's head: pods in order, devices with the lowest numbers.</summary>
internal sealed class FirstFit : NodeScore, IFilterPlugin, IDevicePlugin, IQueueSortPlugin, IBindPlugin, IPolicyRun
{
    public const string Reason = "node(s) had too little room";

    public static SimulatedPolicy Policy { get; } = new("first-fit", "Takes the first that fits.", (_, _) => new FirstFit());

    public override string Name => "FirstFit";

    public override Reads ScoreReads => Reads.Nodes | Reads.Usage;

    public Reads FilterReads => Reads.Nodes | Reads.Usage;

    public Profile Profile => new()
    {
        SchedulerName = "",
        QueueSort = this,
        Filter = [this],
        Score = [new WeightedScore(this, 1)],
        Bind = [this],
    };

    public void Observe(PodClass arrived, ClusterView state)
    {
    }

    public bool Less(QueuedPodInfo a, QueuedPodInfo b) => a.Timestamp < b.Timestamp;

    public ValueTask<Status> BindAsync(NodeReservation reservation, CancellationToken cancellation) => new(Status.Success);

    public DeviceSet ChooseDevices(in PluginContext context, Block block, int lane)
    {
        DeviceSet devices = DeviceSet.Empty;
        foreach (Device device in block.Nodes.Shape(lane).Devices)
        {
            if (devices.Count < context.Pod.Devices.Count && block.FreeMilliOf(lane, device.Index) >= context.Pod.Devices.Milli)
            {
                devices = devices.With(device.Index);
            }
        }

        return devices;
    }

    public ulong Filter(in PluginContext context, Block block, ulong lanes)
    {
        ulong passed = 0;
        foreach (int lane in new Lanes(lanes))
        {
            passed |= ChooseDevices(context, block, lane).Count == context.Pod.Devices.Count ? 1UL << lane : 0;
        }

        return passed;
    }

    public void Explain(in PluginContext context, Block block, ulong rejected, Rejections into) => into.Add(rejected, StatusCode.Unschedulable, Reason);

    protected override int Score(in PluginContext context, NodeInfo node) => 0;
}
