using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

/// <summary>Whole devices: which of the free ones every policy but the random one gives.</summary>
public sealed class DeviceChoiceTests
{
    private static readonly DeviceShape Mesh = ShapeCatalog.BuiltIn.Find("dgx-1-v100")!.Shape;

    private static IDevicePlugin[] Policies() =>
        [new GpuFit(), new GpuPriceScore(), new GpuFgd(TypicalPods.None), new GpuBestFit(), new GpuWorstFit(), new GpuPacking(), new GpuDotProduct()];

    [Test]
    public void Where_links_are_known_they_are_the_best_of_the_shape() => Gen.Select(Gen.Int[0, 254], Gen.Int[1, 8]).Sample(
        (used, count) => AssertChosen(Mesh, used, count, free => Mesh.Subsets!.Best(free, count)), iter: 200);

    [Test]
    public void Where_no_links_are_known_they_are_the_lowest() => Gen.Select(Gen.Int[0, 254], Gen.Int[1, 8]).Sample(
        (used, count) => AssertChosen(
            DeviceShape.Uniform("V100", 8, 16384), used, count,
            free => Enumerable.Range(0, 8).Where(free.Contains).Take(count).Aggregate(DeviceSet.Empty, (set, device) => set.With(device))), iter: 200);

    [Test]
    public void Of_mixed_models_only_those_asked_for_are_given()
    {
        DeviceShape mixed = DeviceShape.Of([.. Mesh.Devices.Select(d => d with { Model = d.Index is 0 or 3 ? "P100" : "V100" })], Mesh.Links);
        GpuCluster cluster = new(GpuCluster.Node("n", mixed));
        PodClass pod = cluster.Class(0, GpuCluster.Share(1000, 2, "V100"));
        foreach (IDevicePlugin plugin in Policies())
        {
            Assert.That(plugin.ChooseDevices(cluster.Context(plugin, pod), cluster.State.Blocks[0], 0).ToString(), Is.EqualTo("1,2"), plugin.Name);
        }
    }

    private static void AssertChosen(DeviceShape shape, int used, int count, Func<DeviceSet, DeviceSet> expected)
    {
        GpuCluster cluster = new(GpuCluster.Node("n", shape));
        foreach (int device in new Lanes((ulong)used))
        {
            cluster.Place(0, 0, GpuCluster.Share(100), device);
        }

        DeviceSet free = shape.All.Except(new DeviceSet((ushort)used));
        if (free.Count < count)
        {
            return;
        }

        PodClass pod = cluster.Class(0, GpuCluster.Share(1000, count));
        foreach (IDevicePlugin plugin in Policies())
        {
            PluginContext context = cluster.Context(plugin, pod);
            Block block = cluster.State.Blocks[0];
            Assert.That(plugin.ChooseDevices(context, block, 0), Is.EqualTo(expected(free)), $"{plugin.Name}: {count} of {free}");
            long before = GC.GetAllocatedBytesForCurrentThread();
            plugin.ChooseDevices(context, block, 0);
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero, plugin.Name);
        }
    }
}
