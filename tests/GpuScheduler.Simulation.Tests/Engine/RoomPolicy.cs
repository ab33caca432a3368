using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation.Tests;

/// <summary>Wants room for the devices, takes the first that have it, and prefers no node.</summary>
internal sealed class RoomPolicy : NodeFilter, IDevicePlugin, IQueueSortPlugin
{
    public const string SchedulerName = "room";

    public const string NoRoom = "node(s) had too few free devices";

    public static readonly SimulatedPolicy Policy = new("room", "The first devices with room.", (_, _) => new Run([], []));

    public override string Name => "RoomPolicy";

    public override Reads FilterReads => Reads.Nodes | Reads.Usage;

    /// <summary>The policy, which also notes what it is told of.</summary>
    public static SimulatedPolicy Noting(List<(int Devices, int Free)> observed, List<int>? left = null) =>
        new("noting", "Notes what comes and goes.", (_, _) => new Run(observed, left ?? []));

    public bool Less(QueuedPodInfo a, QueuedPodInfo b) => a.Priority > b.Priority;

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

    protected override Status Filter(in PluginContext context, NodeInfo node)
    {
        int milli = context.Pod.Devices.Milli, fitting = 0;
        foreach (Device device in node.Node.Shape.Devices)
        {
            fitting += node.Block.FreeMilliOf(node.Lane, device.Index) >= milli ? 1 : 0;
        }

        return fitting >= context.Pod.Devices.Count ? Status.Success : Status.Unschedulable(NoRoom);
    }

    private sealed class Gangs : IGangSchedulingPlugin
    {
        public string Name => "Gangs";

        public GangSchedulingArgs Args { get; } = new();

        public ImmutableArray<ClusterEventWithHint> EventsToRegister => [];

        public Status PreEnqueue(Pod pod) => Status.Success;
    }

    private sealed class Run(List<(int Devices, int Free)> observed, List<int> left) : IPolicyRun
    {
        private static readonly RoomPolicy Plugin = new();

        public Profile Profile { get; } = new() { SchedulerName = SchedulerName, QueueSort = Plugin, PreEnqueue = [new Gangs()], Filter = [Plugin] };

        public void ObserveLeft(PodClass podClass) => left.Add(podClass.Devices.Count);

        public void Observe(PodClass arrived, ClusterView state)
        {
            int free = 0;
            foreach (Block block in state.Blocks)
            {
                foreach (int lane in new Lanes(block.Nodes.Present))
                {
                    free += block.TotalFree[lane];
                }
            }

            observed.Add((arrived.Devices.Count, free));
        }
    }
}
