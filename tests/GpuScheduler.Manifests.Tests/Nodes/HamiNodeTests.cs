using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests.Tests;

/// <summary>Nodes where HAMi's device plugin registers devices.</summary>
public sealed class HamiNodeTests
{
    private const string Two = """
        [{"id":"GPU-b","index":1,"count":4,"devmem":16000,"devcore":100,"type":"Tesla T4","numa":1,"mode":"hami-core","health":true},
         {"id":"GPU-a","count":4,"devmem":16000,"devcore":100,"type":"Tesla T4","mode":"hami-core","health":true}]
        """;

    private static readonly Device[] Devices =
    [
        new(0, "Tesla-T4", 16_000, 0, MaxSharers: 4, Resource: "nvidia.com/gpu"),
        new(1, "Tesla-T4", 16_000, 1, MaxSharers: 4, Resource: "nvidia.com/gpu"),
    ];

    [TestCase(Two)]
    [TestCase("GPU-b,4,16000,100,Tesla T4,1,true,1,hami-core:GPU-a,4,16000,100,Tesla T4,0,true,0,hami-core:")]
    [TestCase("GPU-a,4,16000,100,Tesla T4,0,true:GPU-b,4,16000,100,Tesla T4,1,true:")]
    public void All_forms_in_which_devices_are_registered_say_the_same(string text)
    {
        Node node = Read(text);
        Assert.That(node.Shape.Devices, Is.EqualTo(Devices));
        Assert.That(node.DeviceUuids, Is.EqualTo(new[] { "GPU-a", "GPU-b" }));
        Assert.That((node.Regime, node.Allocatable.Count), Is.EqualTo((AllocationRegime.Hami, 1)), "the GPUs are devices and no resource any more");
    }

    [Test]
    public void A_device_that_nobody_may_use_keeps_its_place()
    {
        Assert.That(Read(Two.Replace("\"numa\":1,\"mode\":\"hami-core\",\"health\":true", "\"numa\":1", StringComparison.Ordinal), "cpu: 8, nvidia.com/gpu: 4").Shape.Devices, Is.EqualTo(new[] { Devices[0], Devices[1] with { IsUsable = false } }));
        Assert.That(Read(Two.Replace("1,\"mode\":\"hami-core\"", "1,\"mode\":\"mig\"", StringComparison.Ordinal)).Shape.Devices, Is.EqualTo(new[] { Devices[0], Devices[1] with { IsUsable = false } }));
        Assert.That(Read(Two, more: "hami.io/device-cordon: 'GPU-a,'").Shape.Devices, Is.EqualTo(new[] { Devices[0] with { IsUsable = false }, Devices[1] }));
        Assert.That(Read(Two, "cpu: 8").Shape.Devices.Select(d => d.IsUsable), Has.All.False, "the plugin is away");
    }

    [Test]
    public void Our_own_list_tells_how_the_devices_are_linked()
    {
        Node node = Read(Two, more: "gpuscheduler.dev/devices: '{\"links\":[[\"X\",\"NV2\"],[\"NV2\",\"X\"]],\"model\":\"Tesla-T4\"}'");
        Assert.That(node.Shape.LinkBetween(0, 1).Kind, Is.EqualTo(LinkKind.NvLink));
        Assert.That((node.Shape.Devices[1].MemoryMiB, node.Shape.Devices[1].MaxSharers, node.Regime), Is.EqualTo((16_000, 4, AllocationRegime.Hami)));
    }

    [Test]
    public void Under_another_regime_nobody_counts_sharers()
    {
        Node node = Read(Two, more: "gpuscheduler.dev/allocation-regime: annotation");
        Assert.That((node.Regime, node.Shape.Devices[0].MaxSharers, node.DeviceUuids.Length), Is.EqualTo((AllocationRegime.Annotation, 0, 0)));
    }

    [TestCase("", "registers no device")]
    [TestCase("GPU-a,4,16000,100,T4,0:", "device [0] \"GPU-a,4,16000,100,T4,0\" is not as HAMi registers devices")]
    [TestCase("GPU-a,4,16000,100,T4,0,true:GPU-b,four,16000,100,T4,0,true:", "device [1] \"GPU-b,four,16000,100,T4,0,true\" is not as HAMi registers devices")]
    [TestCase("[{\"id\":\"GPU-a\"", "the annotation is not valid JSON")]
    [TestCase("[{\"count\":8,\"type\":\"T4\"}]", "at [0].id: is required")]
    [TestCase("GPU-a,4,1,100,T4,0,true:GPU-a,4,1,100,T4,0,true:", "at [1].id: \"GPU-a\" is the UUID of device [0] too")]
    [TestCase("GPU-a,4,1,100,T4,0,true,3,hami-core:GPU-b,4,1,100,T4,0,true,3,hami-core:", "at [1].index: 3 is the index of device [0] too")]
    [TestCase("GPU-a,8,1,50,T4,0,true:", "at [0].devcore: 50 percent of a device cannot be handed out")]
    public void What_HAMi_cannot_have_meant_is_one_message_at_the_annotation(string text, string message)
    {
        string error = Clusters.Errors(Text(text)).Single();
        Assert.That(error, Does.Contain("metadata.annotations[\"hami.io/node-nvidia-register\"]: " + message));
    }

    [Test]
    public void Sources_that_contradict_each_other_are_named()
    {
        Assert.That(Clusters.Errors(Text(Two, "cpu: 8, nvidia.com/gpu: 3")).Single(), Does.EndWith("node n offers 3 nvidia.com/gpu but HAMi registers devices for 8 pods; restart its device plugin, which writes both"));
        Assert.That(Clusters.Errors(Text(Two, more: "hami.io/device-cordon: GPU-c")).Single(), Does.Contain("\"GPU-c\" is no device of node n"));
        Assert.That(
            Clusters.Errors(Text(Two, more: "gpuscheduler.dev/devices: '[{\"model\":\"T4\"}]'")).Single(), Does.EndWith("node n lists 1 devices but HAMi registers 2; correct or remove the list"));
    }

    private static Node Read(string register, string allocatable = "cpu: 8, nvidia.com/gpu: 8", string more = "") => Clusters.Read(Text(register, allocatable, more)).Nodes.Single();

    private static string Text(string register, string allocatable = "cpu: 8, nvidia.com/gpu: 8", string more = "") =>
        Clusters.NodeText($"annotations:\n  hami.io/node-nvidia-register: '{register.Replace("\n", "", StringComparison.Ordinal)}'\n  {more}", allocatable);
}
