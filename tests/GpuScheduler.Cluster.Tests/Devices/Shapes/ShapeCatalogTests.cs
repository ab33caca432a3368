namespace GpuScheduler.Cluster.Tests;

public sealed class ShapeCatalogTests
{
    [Test]
    public void Every_built_in_shape_links_any_two_devices_and_says_where_they_are() => Assert.Multiple(() =>
    {
        foreach (NamedShape named in ShapeCatalog.BuiltIn.Shapes)
        {
            Assert.That(named.Shape.HasLinks, named.Name);
            Assert.That(named.Description, Is.Not.Empty);
            Assert.That(named.Shape.IsUniform, named.Name);
            foreach (Device device in named.Shape.Devices)
            {
                Assert.That(device.NumaNode, Is.GreaterThanOrEqualTo(0), named.Name);
                Assert.That(named.Shape.Devices.Where(d => d != device).Select(d => named.Shape.LinkBetween(device.Index, d.Index).GigabytesPerSecond), Has.All.GreaterThan(0));
            }
        }

        Assert.That(ShapeCatalog.BuiltIn.Names, Is.Unique);
    });

    /// <summary>Lanes a GPU has, times their speed: NVIDIA's data sheets.</summary>
    [TestCase("dgx-1-p100", 160)]
    [TestCase("dgx-1-v100", 300)]
    [TestCase("hgx-a100-4", 600)]
    [TestCase("hgx-h100-4", 900)]
    public void A_device_has_no_more_lanes_than_its_data_sheet_says(string name, int gigabytes)
    {
        DeviceShape shape = ShapeCatalog.BuiltIn.Find(name)!.Shape;
        foreach (Device device in shape.Devices)
        {
            int sum = shape.Devices.Where(d => d != device).Select(d => shape.LinkBetween(device.Index, d.Index)).Where(l => l.Kind == LinkKind.NvLink).Sum(l => l.GigabytesPerSecond);
            Assert.That(sum, Is.EqualTo(gigabytes), $"device {device.Index}");
        }
    }

    [TestCase("dgx-2", 16, 300)]
    [TestCase("hgx-a100-8", 8, 600)]
    [TestCase("hgx-h100-8", 8, 900)]
    [TestCase("hgx-h200-8", 8, 900)]
    [TestCase("hgx-b200-8", 8, 1800)]
    [TestCase("gb200-nvl72", 4, 1800)]
    public void Switches_link_any_two_devices_alike(string name, int count, int gigabytes)
    {
        DeviceShape shape = ShapeCatalog.BuiltIn.Find(name)!.Shape;
        Assert.That(shape.Count, Is.EqualTo(count));
        Assert.That(shape.Links.Where((_, i) => i / count != i % count), Has.All.EqualTo(new Link(LinkKind.NvSwitch, gigabytes)));
    }

    [TestCase("NVIDIA-H100-80GB-HBM3", 8, 900)]
    [TestCase("NVIDIA-A100-SXM4-40GB", 8, 600)]
    [TestCase("NVIDIA-GB200", 4, 1800)]
    [TestCase("NVIDIA-H100-80GB-HBM3", 4, null, Description = "with a switch or without: half a machine looks the same")]
    [TestCase("NVIDIA-L40S", 8, null)]
    [TestCase("Tesla-V100-SXM2-32GB", 8, null, Description = "a cube mesh, and machines number it differently")]
    [TestCase("", 8, null)]
    public void Model_and_count_tell_the_links_only_where_any_two_are_linked_alike(string product, int count, int? gigabytes) =>
        Assert.That(ShapeCatalog.BuiltIn.LinkOf(product, count)?.GigabytesPerSecond, Is.EqualTo(gigabytes));

    [Test]
    public void Added_shapes_are_found_and_replace_those_of_their_name()
    {
        DeviceShape own = DeviceShape.AllToAll("X", 2, 1, new Link(LinkKind.NvLink, 7));
        ShapeCatalog catalog = ShapeCatalog.BuiltIn.With([new NamedShape("dgx-2", "ours", own), new NamedShape("x", "", own)]);
        Assert.That(catalog.Find("x")!.Shape, Is.SameAs(own));
        Assert.That(catalog.Find("dgx-2")!.Description, Is.EqualTo("ours"));
        Assert.That(catalog.Find("dgx-3"), Is.Null);
        Assert.That(catalog.Shapes, Has.Length.EqualTo(ShapeCatalog.BuiltIn.Shapes.Length + 1));
        Assert.That(ShapeCatalog.BuiltIn.With([]), Is.SameAs(ShapeCatalog.BuiltIn));
    }
}
