using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests.Tests;

/// <summary>What HAMi's device plugin is told, and what its scheduler told it.</summary>
public sealed class HamiAllocationTests
{
    private static readonly Node Node = new()
    {
        Name = "n",
        Regime = AllocationRegime.Hami,
        Shape = DeviceShape.Uniform("T4", 4, 16_001),
        DeviceUuids = ["GPU-0", "GPU-1", "GPU-2", "GPU-3"],
    };

    [TestCase("nvidia.com/gpu=2", 0b1010, "GPU-1,NVIDIA,16001,100:GPU-3,NVIDIA,16001,100:;")]
    [TestCase("nvidia.com/gpu=1,nvidia.com/gpumem=4096", 0b0001, "GPU-0,NVIDIA,4096,0:;")]
    [TestCase("nvidia.com/gpu=1,nvidia.com/gpumem=4096,nvidia.com/gpucores=30", 0b0001, "GPU-0,NVIDIA,4096,30:;")]
    [TestCase("nvidia.com/gpu=1,nvidia.com/gpumem-percentage=25", 0b0001, "GPU-0,NVIDIA,4000,0:;")]
    [TestCase("nvidia.com/gpu=1,nvidia.com/gpucores=40", 0b0001, "GPU-0,NVIDIA,16001,40:;")]
    [TestCase(";nvidia.com/gpu=1,nvidia.com/gpumem=1;;nvidia.com/gpu=2,nvidia.com/gpumem=1", 0b0111, ";GPU-0,NVIDIA,1,0:;;GPU-1,NVIDIA,1,0:GPU-2,NVIDIA,1,0:;")]
    [TestCase("", 0, "")]
    public void Each_container_gets_devices_of_its_own(string containers, int devices, string expected) => Assert.That(
        HamiAllocation.Encode(new PodSpec { Containers = [.. containers.Split(';').Select(c => Container(c))] }, Node, new DeviceSet((ushort)devices)), Is.EqualTo(expected));

    [Test]
    public void Init_containers_get_what_those_after_them_get_and_sidecars_share_with_nobody()
    {
        PodSpec spec = new() { InitContainers = [Container("nvidia.com/gpu=2"), Container("nvidia.com/gpu=1") with { IsSidecar = true }, Container("nvidia.com/gpu=1")], Containers = [Container("nvidia.com/gpu=1")] };
        Assert.That(PodRequests.Effective(spec)["nvidia.com/gpu"], Is.EqualTo(2));
        string text = HamiAllocation.Encode(spec, Node, new DeviceSet(0b0011));
        Assert.That(text.Replace(",NVIDIA,16001,100:", " ", StringComparison.Ordinal), Is.EqualTo("GPU-0 GPU-1 ;GPU-0 ;GPU-1 ;GPU-1 ;"));
        Assert.That(HamiAllocation.TryDecode(text, 3, out ImmutableArray<string> uuids, out DeviceRequest request));
        Assert.That((string.Join(' ', uuids), request.Count, request.Milli, request.MemoryMiB), Is.EqualTo(("GPU-0 GPU-1", 2, 1000, 16_001)));
    }

    [Test]
    public void A_pod_that_HAMis_scheduler_placed_holds_what_it_was_given()
    {
        const string Pod = "nodeName: n\ncontainers: [{name: c, resources: {limits: {nvidia.com/gpu: 1}}}]";
        Pod pod = Clusters.Pod(Pod, "annotations: {hami.io/vgpu-devices-allocated: 'GPU-7,NVIDIA,5000,30:;', hami.io/gpu-scheduler-policy: spread}", "{phase: Running}");
        Assert.That(pod.BoundUuids, Is.EqualTo(new[] { "GPU-7" }));
        Assert.That((pod.Spec.Devices.Count, pod.Spec.Devices.Milli, pod.Spec.Devices.MemoryMiB, pod.Spec.Devices.Form), Is.EqualTo((1, 300, 5000, DeviceRequestForm.Hami)));

        Pod ours = Clusters.Pod(Pod, "annotations: {hami.io/vgpu-devices-allocated: 'GPU-7,NVIDIA,5000,30:;', gpuscheduler.dev/devices: '3'}", "{phase: Running}");
        Assert.That((ours.BoundUuids.Length, ours.BoundDevices, ours.Spec.Devices.Milli), Is.EqualTo((0, DeviceSet.Only(3), 1000)), "our own annotation is the whole truth");
    }

    [Test]
    public void Two_containers_on_one_device_hold_both_of_their_shares()
    {
        Assert.That(HamiAllocation.TryDecode("GPU-a,NVIDIA,1000,10:;GPU-a,NVIDIA,2000,20:;", 0, out ImmutableArray<string> uuids, out DeviceRequest request));
        Assert.That((string.Join(' ', uuids), request.Count, request.Milli, request.MemoryMiB), Is.EqualTo(("GPU-a", 1, 300, 3000)));
    }

    [TestCase("GPU-a")]
    [TestCase("GPU-a,NVIDIA,1000:;")]
    [TestCase("GPU-a,NVIDIA,much,10:;")]
    public void What_HAMi_cannot_have_written_is_named(string text) => Assert.That(
        Clusters.Errors(Clusters.PodText("nodeName: n", $"annotations: {{hami.io/vgpu-devices-allocated: '{text}'}}", "{phase: Running}")).Single(),
        Does.Contain("metadata.annotations[\"hami.io/vgpu-devices-allocated\"]").And.Contain($"\"{text}\" is not how HAMi writes devices"));

    private static Container Container(string resources) => new()
    {
        Requests = ResourceList.Of(resources.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split('=')).Select(r => KeyValuePair.Create(r[0], long.Parse(r[1], System.Globalization.CultureInfo.InvariantCulture)))),
    };
}
