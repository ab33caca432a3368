using CsCheck;

namespace GpuScheduler.Cluster.Tests;

public sealed class DeviceRequestsTests
{
    private const string Ours = "gpuscheduler.dev/";

    // "a=1;b=2": what holds a known resource name goes to the container's requests, the rest to the annotations.
    private static (DeviceRequest Request, List<DeviceRequestError> Errors) Read(string pod)
    {
        (string Key, string Value)[] pairs = [.. pod.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('=', 2)).Select(p => (p[0].Replace("our:", Ours, StringComparison.Ordinal), p[1]))];
        bool IsResource(string key) => key.Contains(".com/", StringComparison.Ordinal);
        PodSpec spec = new()
        {
            Containers = [new() { Requests = ResourceList.Of(pairs.Where(p => IsResource(p.Key)).Select(p => KeyValuePair.Create(p.Key, long.Parse(p.Value)))) }],
        };
        List<DeviceRequestError> errors = [];
        bool read = DeviceRequests.TryRead(LabelSet.Of([.. pairs.Where(p => !IsResource(p.Key))]), spec, errors, out DeviceRequest request);
        Assert.That(read, Is.EqualTo(errors.Count == 0));
        return (request, errors);
    }

    [TestCase("", 0, 0, 0)]
    [TestCase("unrelated=1;nvidia.com/mig-1g.10gb=2;nvidia.com/gpu.shared=1", 0, 0, 0)]
    [TestCase("our:gpu-fraction=0.5", 1, 500, 0)]
    [TestCase("our:gpu-fraction=0.001", 1, 1, 0)]
    [TestCase("our:gpu-fraction=1", 1, 1000, 0)]
    [TestCase("our:gpu-fraction=0.25;our:gpu-count=3", 3, 250, 0)]
    [TestCase("our:gpu-count=16", 16, 1000, 0)]
    [TestCase("our:gpu-memory=8192", 1, 0, 8192)]
    [TestCase("our:gpu-memory=8Gi;our:gpu-count=2", 2, 0, 8192)]
    [TestCase("our:gpu-memory=8G", 1, 0, 7630)]
    [TestCase("our:gpu-memory=1.5Gi", 1, 0, 1536)]
    [TestCase("nvidia.com/gpu=8", 8, 1000, 0)]
    [TestCase("amd.com/gpu=2;nvidia.com/gpu=0", 2, 1000, 0)]
    [TestCase("gpu.intel.com/i915=1", 1, 1000, 0)]
    [TestCase("gpu.intel.com/xe=1", 1, 1000, 0)]
    [TestCase("gpu-fraction=0.5", 1, 500, 0)]
    [TestCase("gpu-fraction=333m", 1, 333, 0)]
    [TestCase("gpu-fraction=0.3333;gpu-fraction-num-devices=2", 2, 334, 0)]
    [TestCase("gpu-memory=4096;gpu-fraction-num-devices=4", 4, 0, 4096)]
    [TestCase("our:gpu-fraction=0.5;gpu-fraction=0.50", 1, 500, 0)]
    [TestCase("our:gpu-count=2;nvidia.com/gpu=2", 2, 1000, 0)]
    [TestCase("our:gpu-memory=8Gi;gpu-memory=8192", 1, 0, 8192)]
    public void Every_dialect_reads_into_the_one_form(string pod, int count, int milli, int memoryMiB)
    {
        (DeviceRequest request, List<DeviceRequestError> errors) = Read(pod);
        Assert.That(errors, Is.Empty);
        Assert.That((request.Count, request.Milli, request.MemoryMiB), Is.EqualTo((count, milli, memoryMiB)));
    }

    [TestCase("our:gpu-fraction=0.5;our:gpu-memory=8Gi", Ours + "gpu-fraction", Ours + "gpu-memory")]
    [TestCase("our:gpu-fraction=0.5;nvidia.com/gpu=1", Ours + "gpu-fraction", "nvidia.com/gpu")]
    [TestCase("our:gpu-count=2;nvidia.com/gpu=1", Ours + "gpu-count", "nvidia.com/gpu")]
    [TestCase("our:gpu-fraction=0.5;gpu-fraction=0.6", Ours + "gpu-fraction", "gpu-fraction")]
    [TestCase("gpu-fraction=0.5;gpu-memory=4096", "gpu-fraction", "gpu-memory")]
    [TestCase("gpu-memory=4096;amd.com/gpu=1", "gpu-memory", "amd.com/gpu")]
    [TestCase("nvidia.com/gpu=1;amd.com/gpu=1", "nvidia.com/gpu", "amd.com/gpu")]
    [TestCase("our:gpu-count=2;gpu-fraction=0.5;gpu-fraction-num-devices=3", Ours + "gpu-count", "gpu-fraction-num-devices")]
    public void A_contradiction_names_the_two_keys(string pod, string first, string second)
    {
        (DeviceRequest request, List<DeviceRequestError> errors) = Read(pod);
        Assert.That(errors, Has.Count.EqualTo(1));
        Assert.That(errors[0].Keys, Is.EqualTo(new[] { first, second }));
        Assert.That(errors[0].Message, Does.Contain(first).And.Contain(second).And.Contain("keep one of them"));
        Assert.That(request, Is.SameAs(DeviceRequest.None));
    }

    [TestCase("our:gpu-fraction=1.5", "more than one device")]
    [TestCase("our:gpu-fraction=0", "asks for nothing")]
    [TestCase("our:gpu-fraction=-0.5", "not a fraction")]
    [TestCase("our:gpu-fraction=0.1234", "at most 3 decimals")]
    [TestCase("our:gpu-fraction=half", "not a fraction")]
    [TestCase("our:gpu-fraction=", "not a fraction")]
    [TestCase("our:gpu-memory=0", "at least 1 MiB")]
    [TestCase("our:gpu-memory=-8Gi", "at least 1 MiB")]
    [TestCase("our:gpu-memory=8GiB", "nothing is called \"GiB\"")]
    [TestCase("our:gpu-memory=0.5", "could be MiB or bytes")]
    [TestCase("our:gpu-memory=", "not an amount of memory")]
    [TestCase("our:gpu-memory=8Ei", "at most 2147483647 MiB")]
    [TestCase("our:gpu-count=0", "asks for no device")]
    [TestCase("our:gpu-count=17", "more devices than a node can have")]
    [TestCase("our:gpu-count=two", "write 1 to 16")]
    [TestCase("our:gpu-model=H100", "nothing says how many")]
    [TestCase("our:gpu-count=1;our:gpu-model=H100,,A100", "empty model")]
    [TestCase("gpu-fraction=1", "not between 0 and 1")]
    [TestCase("gpu-fraction=-0.1", "not between 0 and 1")]
    [TestCase("gpu-fraction=x", "must begin with a number")]
    [TestCase("gpu-memory=8Gi", "write MiB such as 8192")]
    [TestCase("gpu-fraction-num-devices=2", "add gpu-fraction or gpu-memory")]
    [TestCase("nvidia.com/gpu=-1", "asks for no device")]
    [TestCase("nvidia.com/gpu=20", "more devices than a node can have")]
    public void A_bad_value_is_an_error_with_the_mend(string pod, string message)
    {
        (_, List<DeviceRequestError> errors) = Read(pod);
        Assert.That(errors, Has.Count.EqualTo(1));
        Assert.That(errors[0].Message, Does.Contain(message).And.Contain(errors[0].Keys[0]));
    }

    [Test]
    public void All_errors_are_told_at_once()
    {
        (_, List<DeviceRequestError> errors) = Read("our:gpu-fraction=2;our:gpu-count=0;gpu-memory=x;nvidia.com/gpu=1;amd.com/gpu=1");
        Assert.That(errors.Select(e => e.Keys[0]), Is.EqualTo(new[] { Ours + "gpu-fraction", Ours + "gpu-count", "gpu-memory", "nvidia.com/gpu" }));
    }

    [Test]
    public void Models_are_sorted_without_duplicates_and_the_source_says_what_asked()
    {
        (DeviceRequest request, _) = Read("nvidia.com/gpu=2;our:gpu-model=T4, A100,T4");
        Assert.That(request.Models, Is.EqualTo(new[] { "A100", "T4" }));
        Assert.That(request.Source, Is.EqualTo("gpuscheduler.dev/gpu-model=T4, A100,T4, nvidia.com/gpu=2"));
    }

    [Test]
    public void Whole_devices_are_counted_as_the_pod_uses_them_over_its_life()
    {
        Container two = new() { Requests = ResourceList.Of(("nvidia.com/gpu", 2)) };
        List<DeviceRequestError> errors = [];
        Assert.That(DeviceRequests.TryRead(LabelSet.Empty, new() { Containers = [two, two], InitContainers = [two] }, errors, out DeviceRequest request));
        Assert.That(request.Count, Is.EqualTo(4));
    }

    [TestCase(0, 0, "", 0, 0, "")]
    [TestCase(0, -7, "T4", 0, 0, "")]
    [TestCase(1, 460, "", 1, 460, "")]
    [TestCase(1, 1500, "", 1, 1000, "")]
    [TestCase(8, 1000, "V100M32|V100M16|V100M32", 8, 1000, "V100M16 V100M32")]
    [TestCase(2, 500, "T4", 2, 500, "T4")]
    public void Trace_fields_are_read(int numGpu, int gpuMilli, string gpuSpec, int count, int milli, string models)
    {
        List<DeviceRequestError> errors = [];
        Assert.That(DeviceRequests.TryFromTrace(numGpu, gpuMilli, gpuSpec, errors, out DeviceRequest request), Is.True);
        Assert.That((request.Count, request.Milli, string.Join(' ', request.Models)), Is.EqualTo((count, milli, models)));
    }

    [TestCase(-1, 1000, "", "num_gpu \"-1\" asks for no device")]
    [TestCase(17, 1000, "", "num_gpu \"17\" is more devices")]
    [TestCase(1, 0, "", "gpu_milli \"0\" asks for nothing")]
    [TestCase(1, -5, "", "gpu_milli \"-5\" asks for nothing")]
    [TestCase(1, 500, "A||B", "gpu_spec \"A||B\" has an empty model")]
    public void Bad_trace_fields_are_errors(int numGpu, int gpuMilli, string gpuSpec, string message)
    {
        List<DeviceRequestError> errors = [];
        Assert.That(DeviceRequests.TryFromTrace(numGpu, gpuMilli, gpuSpec, errors, out _), Is.False);
        Assert.That(errors.Single().Message, Does.Contain(message));
    }

    private static Gen<string> Pick(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    // Whatever is written, the answer is a request that the engine can serve, or an error: never a throw.
    [Test]
    public void Any_text_gives_a_legal_request_or_errors()
    {
        Gen<string> value = Gen.Char["0123456789.-+eGiMm, x"].Array[0, 7].Select(c => new string(c));
        Gen<string> key = Pick(
            DeviceRequestKeys.GpuFraction, DeviceRequestKeys.GpuMemory, DeviceRequestKeys.GpuCount, DeviceRequestKeys.GpuModel,
            DeviceRequestKeys.KaiGpuFraction, DeviceRequestKeys.KaiGpuMemory, DeviceRequestKeys.KaiNumDevices);
        Gen.Select(Gen.Select(key, value).Array[0, 3], Gen.Long[-2, 20]).Sample((annotations, gpus) =>
        {
            PodSpec spec = new() { Containers = [new() { Requests = ResourceList.Of(("nvidia.com/gpu", gpus)) }] };
            List<DeviceRequestError> errors = [];
            bool read = DeviceRequests.TryRead(LabelSet.Of(annotations), spec, errors, out DeviceRequest request);
            bool legal = request.Count is >= 1 and <= 16
                && (request.Milli, request.MemoryMiB) is ( >= 1 and <= 1000, 0) or (0, >= 1);
            return read == (errors.Count == 0) && (read ? request.IsNone || legal : request.IsNone);
        }, iter: 5_000);
    }
}
