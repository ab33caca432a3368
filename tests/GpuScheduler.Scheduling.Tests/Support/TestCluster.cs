using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling.Tests;

/// <summary>Small clusters, pods and profiles for tests.</summary>
internal static class TestCluster
{
    public const string SchedulerName = "test";

    public static Node Node(int index, int cpu = 16_000, int devices = 4, string pool = "a") => new()
    {
        Name = $"node-{index:D4}",
        Labels = LabelSet.Of(("pool", pool)),
        Allocatable = ResourceList.Of((ResourceNames.Cpu, cpu), (ResourceNames.Pods, 110)),
        Shape = DeviceShape.Uniform("T4", devices),
    };

    public static ClusterWriter Writer(int nodes, ulong seed = 1)
    {
        ClusterWriter writer = new(TieKeys.Seeded(seed));
        writer.SetNodes(Enumerable.Range(0, nodes).Select(i => Node(i, pool: i % 3 == 0 ? "b" : "a")));
        return writer;
    }

    public static PodSpec Spec(int cpu = 1000, int devices = 1, int milli = 1000, string pool = "") => new()
    {
        SchedulerName = SchedulerName,
        Containers = [new Container { Image = pool, Requests = ResourceList.Of((ResourceNames.Cpu, cpu)) }],
        Devices = devices == 0 ? DeviceRequest.None : new DeviceRequest { Count = devices, Milli = milli },
    };

    public static Pod Pod(string name, PodSpec? spec = null, int priority = 0) =>
        new() { Name = name, Spec = spec ?? Spec(), Priority = priority };

    public static Profile Profile(params IPlugin[] plugins) => new()
    {
        SchedulerName = SchedulerName,
        QueueSort = plugins.OfType<IQueueSortPlugin>().FirstOrDefault() ?? new ArrivalOrder(),
        PreEnqueue = [.. plugins.OfType<IPreEnqueuePlugin>()],
        PreFilter = [.. plugins.OfType<IPreFilterPlugin>()],
        Filter = [.. plugins.OfType<IFilterPlugin>()],
        PostFilter = [.. plugins.OfType<IPostFilterPlugin>()],
        PreScore = [.. plugins.OfType<IPreScorePlugin>()],
        Score = [.. plugins.OfType<IScorePlugin>().Select((p, i) => new WeightedScore(p, i + 1))],
        Reserve = [.. plugins.OfType<IReservePlugin>()],
        Permit = [.. plugins.OfType<IPermitPlugin>()],
        PreBind = [.. plugins.OfType<IPreBindPlugin>()],
        Bind = [.. plugins.OfType<IBindPlugin>()],
        PostBind = [.. plugins.OfType<IPostBindPlugin>()],
    };
}
