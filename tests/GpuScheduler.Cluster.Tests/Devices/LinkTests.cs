namespace GpuScheduler.Cluster.Tests;

public sealed class LinkTests
{
    [TestCase("NV18", "NVIDIA-H100-80GB-HBM3", LinkKind.NvLink, 900)]
    [TestCase("NV12", "NVIDIA-A100-SXM4-80GB", LinkKind.NvLink, 600)]
    [TestCase("NV18", "NVIDIA-GB200", LinkKind.NvLink, 1800)]
    [TestCase("NV18", "NVIDIA-B200", LinkKind.NvLink, 1800)]
    [TestCase("NV4", "NVIDIA-RTX-A6000", LinkKind.NvLink, 112)]
    [TestCase("NV2", "Tesla-V100-SXM2-16GB", LinkKind.NvLink, 100)]
    [TestCase("NV1", "Tesla-P100-SXM2-16GB", LinkKind.NvLink, 40)]
    [TestCase("PIX", "NVIDIA-L40S", LinkKind.PcieSwitch, 64)]
    [TestCase("PXB", "NVIDIA-L40S", LinkKind.PcieSwitches, 60)]
    [TestCase("PHB", "Tesla-V100-SXM2-16GB", LinkKind.HostBridge, 26)]
    [TestCase("NODE", "NVIDIA-L40S", LinkKind.SameNuma, 50)]
    [TestCase("SYS", "NVIDIA-H100-80GB-HBM3", LinkKind.CrossSocket, 64)]
    public void A_link_is_as_fast_as_its_lanes_and_its_model(string text, string model, LinkKind kind, int gigabytes)
    {
        Assert.That(Link.TryParse(text, model, out Link link));
        Assert.That(link, Is.EqualTo(new Link(kind, gigabytes)));
    }

    [TestCase("NV0")]
    [TestCase("NV37")]
    [TestCase("NV")]
    [TestCase("NV-1")]
    [TestCase("nv4")]
    [TestCase("X")]
    [TestCase("")]
    public void What_nvidia_smi_would_not_print_is_no_link(string text) => Assert.That(Link.TryParse(text, "NVIDIA-L40S", out _), Is.False);

    [Test]
    public void Paths_over_pcie_are_the_faster_the_less_they_cross()
    {
        int[] speeds = [.. ((string[])["SYS", "NODE", "PHB", "PXB", "PIX"]).Select(t => Link.TryParse(t, "NVIDIA-L40S", out Link link) ? link.GigabytesPerSecond : 0)];
        Assert.That(speeds, Is.Ordered.Ascending.And.Unique);
    }
}
