using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests.Tests;

public sealed class DeviceShapesTests
{
    private const string Pair = """

        deviceShapes:
        - name: pair
          description: two cards and a bridge
          model: NVIDIA-A40
          memoryMiB: 46068
          links: [["X", "NV4"], ["NV4", "X"]]
        - {name: two-pairs, shape: a6000-pairs-4, model: NVIDIA-A40}
        - {name: places, devices: [{model: T4, numa: 0, pcieRoot: a, nic: n0}, {model: T4, numa: 1}]}
        """;

    [Test]
    public void A_configuration_may_add_shapes_by_matrix_by_name_or_by_devices()
    {
        SchedulerConfiguration configuration = Read(Configurations.Header + Pair, out ConfigurationErrors errors)!;
        Assert.That(errors, Is.Empty);
        Assert.That(configuration.DeviceShapes.Select(s => s.Name), Is.EqualTo(new[] { "pair", "two-pairs", "places" }));
        DeviceShape pair = configuration.DeviceShapes[0].Shape;
        Assert.That(pair.Devices, Is.EqualTo(new[] { new Device(0, "NVIDIA-A40", 46068), new Device(1, "NVIDIA-A40", 46068) }));
        Assert.That(pair.LinkBetween(0, 1), Is.EqualTo(new Link(LinkKind.NvLink, 112)));
        Assert.That(configuration.DeviceShapes[1].Shape.Model, Is.EqualTo("NVIDIA-A40"));
        Assert.That(configuration.DeviceShapes[2].Shape.Devices[0], Is.EqualTo(new Device(0, "T4", 0, 0, "a", "n0")));
    }

    [Test]
    public void Nodes_may_name_them()
    {
        ShapeCatalog shapes = ShapeCatalog.BuiltIn.With(Read(Configurations.Header + Pair, out _)!.DeviceShapes);
        string node = Clusters.NodeText("annotations: {gpuscheduler.dev/devices: '{\"shape\": \"pair\"}'}");
        ConfigurationErrors errors = [];
        ClusterManifest? cluster = ManifestReader.Read([ManifestFile.Of("m.yaml", node)], errors, shapes);
        Assert.That(errors, Is.Empty);
        Assert.That(cluster!.Nodes.Single().Shape, Is.EqualTo(shapes.Find("pair")!.Shape));
    }

    [TestCase("- {name: a, model: T4, links: [[X]]}\n- {name: a, model: T4, links: [[X]]}", "deviceShapes[1].name: \"a\" is the name of another shape; give each its own")]
    [TestCase("- {model: T4, links: [[X]]}", "deviceShapes[0].name: is required; add it")]
    [TestCase("- {name: a, model: T4, links: [[X, NVX], [NV1, X]]}", "deviceShapes[0].links[0][1]: \"NVX\" is no link; write NV1 to NV36, PIX, PXB, PHB, NODE or SYS")]
    [TestCase("- {name: a, shape: nowhere}", "deviceShapes[0].shape: \"nowhere\" is no shape; write one of dgx-1-p100, dgx-1-v100,")]
    [TestCase("- {name: a, modl: T4, links: [[X]], model: T4}", "deviceShapes[0].modl: unknown field \"modl\"; did you mean \"model\"?")]
    public void A_wrong_shape_is_an_error_at_its_place(string shapes, string expected)
    {
        Assert.That(Read(Configurations.Header + "\ndeviceShapes:\n" + shapes, out ConfigurationErrors errors), Is.Null);
        Assert.That(errors.Select(e => $"{e.Path}: {e.Message}"), Has.One.StartsWith(expected));
    }

    private static SchedulerConfiguration? Read(string text, out ConfigurationErrors errors)
    {
        (SchedulerConfiguration? configuration, errors) = SchedulerConfigurationFile.Read("c.yaml", text, TestCatalog.Default);
        return configuration;
    }
}
