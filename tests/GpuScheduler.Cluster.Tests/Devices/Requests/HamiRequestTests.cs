namespace GpuScheduler.Cluster.Tests;

public sealed class HamiRequestTests
{
    [TestCase("nvidia.com/gpu=2;nvidia.com/gpumem=4096", 2, 0, 4096)]
    [TestCase("nvidia.com/gpu=1;nvidia.com/gpumem=4096;nvidia.com/gpucores=30", 1, 300, 4096)]
    [TestCase("nvidia.com/gpu=1;nvidia.com/gpumem-percentage=25", 1, 250, 0)]
    [TestCase("nvidia.com/gpu=1;nvidia.com/gpumem-percentage=25;nvidia.com/gpucores=40", 1, 400, 0)]
    [TestCase("nvidia.com/gpu=1;nvidia.com/gpumem-percentage=50;nvidia.com/gpucores=40", 1, 500, 0)]
    [TestCase("nvidia.com/gpu=1;nvidia.com/gpucores=40", 1, 1000, 0)]
    [TestCase("nvidia.com/gpu=1;nvidia.com/gpumem=4096;nvidia.com/gpucores=100", 1, 1000, 4096)]
    public void Limits_of_memory_and_cores_say_how_much_of_each_GPU(string resources, int count, int milli, int memoryMiB)
    {
        DeviceRequest request = Read([Asking(resources)]);
        Assert.That((request.Count, request.Milli, request.MemoryMiB, request.Resource, request.Form), Is.EqualTo((count, milli, memoryMiB, "nvidia.com/gpu", DeviceRequestForm.Hami)));
    }

    [TestCase("nvidia.com/gpu=2", "nvidia.com/gpu")]
    [TestCase("nvidia.com/gpu=2;nvidia.com/gpumem=0", "nvidia.com/gpu")]
    [TestCase("amd.com/gpu=2", "amd.com/gpu")]
    public void Without_limits_GPUs_are_whole_and_of_the_resource_that_is_asked_for(string resources, string resource)
    {
        DeviceRequest request = Read([Asking(resources)]);
        Assert.That((request.Count, request.IsExclusive, request.Resource, request.Form), Is.EqualTo((2, true, resource, DeviceRequestForm.ExtendedResource)));
    }

    [Test]
    public void Containers_that_ask_alike_add_up()
    {
        DeviceRequest request = Read([Asking("nvidia.com/gpu=1;nvidia.com/gpumem=4096"), new Container { Name = "helper" }, Asking("nvidia.com/gpu=2;nvidia.com/gpumem=4096")]);
        Assert.That((request.Count, request.MemoryMiB), Is.EqualTo((3, 4096)));
    }

    [Test]
    public void Parts_of_model_names_are_allowed_or_not_whatever_their_case()
    {
        DeviceRequest request = Read(
            [Asking("nvidia.com/gpu=1;nvidia.com/gpumem=4096")], ("nvidia.com/use-gputype", "a100, NVIDIA H100"), ("nvidia.com/nouse-gputype", "40GB"));
        Assert.That(
            new[] { "NVIDIA-A100-SXM4-80GB", "NVIDIA-A100-SXM4-40GB", "NVIDIA-H100-80GB-HBM3", "Tesla-T4" }.Where(request.Allows), Is.EqualTo(new[] { "NVIDIA-A100-SXM4-80GB", "NVIDIA-H100-80GB-HBM3" }));
        Assert.That(Read([new Container()], ("nvidia.com/use-gputype", "A100")).IsNone, "a pod without GPUs may carry it");
    }

    [TestCase("nvidia.com/gpumem=4096", "nvidia.com/gpumem of container main limits GPUs that it does not ask for: add nvidia.com/gpu: 1 to its limits, or remove it")]
    [TestCase("nvidia.com/gpu=1;nvidia.com/gpucores=101", "nvidia.com/gpucores \"101\" is out of range: write 1 to 100, or remove it")]
    [TestCase("nvidia.com/gpu=1;nvidia.com/gpumem-percentage=-1", "nvidia.com/gpumem-percentage \"-1\" is out of range: write 1 to 100, or remove it")]
    [TestCase("nvidia.com/gpu=1;nvidia.com/gpumem=1;nvidia.com/gpumem-percentage=1", "nvidia.com/gpumem and nvidia.com/gpumem-percentage both limit memory: keep one of them")]
    [TestCase("nvidia.com/gpu=1;nvidia.com/priority=1", "nvidia.com/priority is not honoured, HAMi's webhook serves only pods of HAMi's scheduler: set the container's environment variable CUDA_TASK_PRIORITY, and remove it")]
    public void Limits_that_make_no_sense_are_errors(string resources, string message) => Assert.That(Errors([Asking(resources)]), Is.EqualTo(new[] { message }));

    [Test]
    public void Containers_that_ask_for_different_limits_are_told_so() => Assert.That(
        Errors([Asking("nvidia.com/gpu=1;nvidia.com/gpumem=1000"), new Container { Name = "side", Requests = Asking("nvidia.com/gpu=1").Requests }]),
        Is.EqualTo(new[] { "containers main and side ask for different limits of nvidia.com/gpu, and a pod's devices all have the same: write the same in both, or make two pods of it" }));

    [TestCase("nvidia.com/use-gpuuuid", "GPU-a", "hami-core")]
    [TestCase("nvidia.com/nouse-gpuuuid", "GPU-a", " ")]
    [TestCase("nvidia.com/numa-bind", "true", "false")]
    [TestCase("nvidia.com/vgpu-mode", "mig", "hami-core")]
    [TestCase("hami.io/gpu-scheduler-policy", "spread", "binpack")]
    [TestCase("hami.io/node-scheduler-policy", "spread", "binpack")]
    [TestCase("hami.io/device-scoring-weights", "slot=1,core=1,memory=3", "")]
    public void What_is_not_honoured_is_an_error_and_not_passed_over(string key, string asked, string harmless)
    {
        Assert.That(Errors([Asking("nvidia.com/gpu=1")], (key, asked)).Single(), Does.StartWith($"{key} \"{asked}\" is not honoured, ").And.EndWith(", or leave the pod to HAMi's scheduler"));
        Assert.That(Read([new Container()], (key, asked)).IsNone);
        if (harmless != "hami-core" || key == "nvidia.com/vgpu-mode")
        {
            Assert.That(Read([Asking("nvidia.com/gpu=1")], (key, harmless)).Count, Is.EqualTo(1));
        }
    }

    [Test]
    public void A_device_has_room_for_as_many_sharers_as_it_may_have_and_no_more([Values(1, 2, 3, 7, 10, 20, 30)] int sharers)
    {
        Device device = new(0, "T4", 16_000, MaxSharers: sharers);
        Assert.That(new DeviceRequest { Count = 1, MemoryMiB = 1 }.TryShareOf(device, out DeviceShare share));
        Assert.That(Device.FullMilli / share.Milli, Is.EqualTo(sharers));
        Assert.That(new DeviceRequest { Count = 1, Milli = 1000 }.TryShareOf(device, out share));
        Assert.That(share.Milli, Is.EqualTo(1000));
    }

    [Test]
    public void Nobody_has_a_share_of_a_device_that_is_not_usable() =>
        Assert.That(new DeviceRequest { Count = 1, Milli = 10 }.TryShareOf(new Device(0, "T4", 16_000, IsUsable: false), out _), Is.False);

    private static Container Asking(string resources) => new()
    {
        Name = "main",
        Requests = ResourceList.Of(resources.Split(';').Select(r => r.Split('=')).Select(r => KeyValuePair.Create(r[0], long.Parse(r[1])))),
    };

    private static DeviceRequest Read(Container[] containers, params (string, string)[] annotations)
    {
        List<DeviceRequestError> errors = [];
        DeviceRequests.TryRead(LabelSet.Of(annotations), new PodSpec { Containers = [.. containers] }, errors, out DeviceRequest request);
        Assert.That(errors, Is.Empty);
        return request;
    }

    private static string[] Errors(Container[] containers, params (string, string)[] annotations)
    {
        List<DeviceRequestError> errors = [];
        Assert.That(DeviceRequests.TryRead(LabelSet.Of(annotations), new PodSpec { Containers = [.. containers] }, errors, out _), Is.False);
        return [.. errors.Select(e => e.Message)];
    }
}
