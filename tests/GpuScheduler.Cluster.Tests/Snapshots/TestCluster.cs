namespace GpuScheduler.Cluster.Tests;

/// <summary>What tests of snapshots build clusters from.</summary>
internal static class TestCluster
{
    public static Node NodeOf(string name, int devices = 0, int memoryMiB = 40) => new()
    {
        Name = name,
        Allocatable = ResourceList.Of(("cpu", 1000)),
        Shape = DeviceShape.Uniform("A100", devices, memoryMiB),
    };

    public static ClusterWriter Of(params IEnumerable<Node> nodes)
    {
        ClusterWriter cluster = new(TieKeys.Seeded(1));
        cluster.SetNodes(nodes);
        cluster.Publish();
        return cluster;
    }

    public static PodClass ClassOf(this ClusterWriter cluster, int devices = 0, int milli = 0, int memoryMiB = 0) => cluster.Classes.Intern(new PodSpec
    {
        Containers = [new Container { Requests = ResourceList.Of(("cpu", 10)) }],
        Devices = devices == 0 ? DeviceRequest.None : new DeviceRequest { Count = devices, Milli = milli, MemoryMiB = memoryMiB },
    });

    public static Pod PodOf(string name) => new() { Name = name, Spec = new PodSpec() };

    public static Placement Only(this ClusterView view, int node)
    {
        Placement? found = null;
        foreach (Placement placement in view.BlockOf(node).PlacementsOn(node % Block.Size))
        {
            Assert.That(found, Is.Null, "more than one pod");
            found = placement;
        }

        return found ?? throw new AssertionException("no pod");
    }
}
