using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation.Tests;

/// <summary>Tiny workloads, and a policy that takes the first devices with room.</summary>
internal static class Workloads
{
    public static Node Node(string name, int devices, long cpuMilli = 8000) => new()
    {
        Name = name,
        Shape = devices == 0 ? DeviceShape.None : DeviceShape.Uniform("T4", devices),
        Allocatable = ResourceList.Of((ResourceNames.Cpu, cpuMilli), (ResourceNames.Pods, 110_000)),
    };

    public static PodSpec Spec(int devices, int milli = 1000) => new()
    {
        SchedulerName = RoomPolicy.SchedulerName,
        Containers = [new Container { Name = "main", Requests = ResourceList.Of((ResourceNames.Cpu, 100)) }],
        Devices = devices == 0 ? DeviceRequest.None : new DeviceRequest { Count = devices, Milli = milli },
    };

    public static Arrival Arrives(string name, PodSpec spec, double at = 0, double? runs = null) =>
        new(new Pod { Name = name, Spec = spec }, TimeSpan.FromSeconds(at), runs is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    public static Workload InOrder(Node[] nodes, params Arrival[] arrivals) => new() { Name = "test", Nodes = [.. nodes], Arrivals = [.. arrivals] };

    public static Workload Timed(Node[] nodes, params Arrival[] arrivals) => InOrder(nodes, arrivals) with { IsTimed = true };

    public static RunResult Run(Workload workload, ulong seed = 1, IFragmentationGauge? gauge = null) =>
        new Simulator(workload, _ => gauge, new VirtualTime()).Run(RoomPolicy.Policy, seed);

    /// <summary>Where each pod ended: its node and devices.</summary>
    public static ImmutableSortedDictionary<string, string> Places(RunResult result)
    {
        ImmutableSortedDictionary<string, string>.Builder places = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (Block block in result.Final.Blocks)
        {
            foreach (int lane in new Lanes(block.Nodes.Present))
            {
                foreach (Placement placement in block.PlacementsOn(lane))
                {
                    places.Add(placement.Pod.Name, $"{block.Nodes[lane].Name}:{placement.Devices}");
                }
            }
        }

        return places.ToImmutable();
    }
}
