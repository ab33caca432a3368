using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests.Tests;

[TestFixture]
internal sealed class ClaimResolverTests
{
    private const string A100 = "NVIDIA-A100-SXM4-80GB", T4 = "Tesla-T4";

    [TestCase("", $"{A100},{T4}")]
    [TestCase("device.attributes['gpu.nvidia.com'].productName.lowerAscii().matches('^.*a100.*$')", A100)]
    [TestCase("device.capacity['gpu.nvidia.com'].memory.compareTo(quantity('40Gi')) >= 0", A100)]
    [TestCase("device.capacity['gpu.nvidia.com'].memory.isLessThan(quantity('40Gi'))", T4)]
    [TestCase("device.capacity['gpu.nvidia.com'].memory.asInteger() > 17179869183", $"{A100},{T4}")]
    [TestCase("device.attributes['gpu.nvidia.com'].cudaComputeCapability.isGreaterThan(semver('7.9.0'))", A100)]
    [TestCase("device.attributes['gpu.nvidia.com'].cudaComputeCapability.compareTo(semver('8.0.0')) == 0", A100)]
    [TestCase("device.attributes['gpu.nvidia.com'].productName in ['Tesla T4', 'Tesla V100']", T4)]
    [TestCase("has(device.attributes['gpu.nvidia.com'].nothing) || device.attributes['gpu.nvidia.com'].architecture != 'Turing'", A100)]
    [TestCase("!('dra.example.com' in device.attributes)", $"{A100},{T4}")]
    [TestCase("'dra.example.com' in device.attributes && device.attributes['dra.example.com'].size > 1", "(none that ResourceSlices have)")]
    [TestCase("!has(device.attributes['dra.example.com'].size)", $"{A100},{T4}")]
    [TestCase("device.attributes['gpu.nvidia.com'].productName.startsWith('H100')", "(none that ResourceSlices have)")]
    public void Selectors_become_the_models_that_they_hold_of(string selector, string models)
    {
        ClaimedDevices claimed = Cluster().Resolve([Claim(count: 2, selector: selector)]);
        Assert.That(claimed.Problems, Is.Empty);
        Assert.That(string.Join(',', claimed.Request.Models), Is.EqualTo(models));
        Assert.That((claimed.Request.Count, claimed.Request.Milli, claimed.Request.Form), Is.EqualTo((2, Device.FullMilli, DeviceRequestForm.Claim)));
    }

    [TestCase("selectors: [{cel: {expression: \"device.attributes['gpu.nvidia.com'].uuid == 'GPU-1'\"}}]", "selectors[0].cel.expression: devices are not chosen by their uuid here")]
    [TestCase("selectors: [{cel: {expression: \"device.attributes['gpu.nvidia.com'].nothing == 'x'\"}}]", "selectors[0].cel.expression: cannot be evaluated on gpu.nvidia.com/a/gpu-0 here: ")]
    [TestCase("selectors: [{cel: {expression: \"cel.bind(g, device.driver, g == 'x')\"}}]", "selectors[0].cel.expression: cannot be evaluated on ")]
    [TestCase("selectors: [{cel: {expression: \"device.driver ==\"}}]", "selectors[0].cel.expression: cannot be evaluated on ")]
    [TestCase("selectors: [{cel: {expression: \"device.driver\"}}]", "it is neither true nor false")]
    [TestCase("selectors: [{cel: {expression: \"device.attributes['gpu.nvidia.com'].driverVersion.isGreaterThan(semver('575.0.0'))\"}}]", "tell GPUs of the model NVIDIA-A100-SXM4-80GB apart")]
    [TestCase("allocationMode: All", "exactly.allocationMode: \"All\" is not honoured here; write ExactCount and a count")]
    [TestCase("adminAccess: true", "exactly.adminAccess: access to devices that others have is not given here")]
    [TestCase("capacity: {requests: {memory: 1Gi}}", "exactly.capacity: parts of devices are not handed out here")]
    [TestCase("count: 17", "17 devices are more than a node can have; ask for 1 to 16")]
    [TestCase("deviceClassName: gone", "there is no DeviceClass \"gone\"; create it, or correct the name")]
    [TestCase("deviceClassName: mig", "of the devices that match gpu.nvidia.com/a/mig-0 is no whole GPU (its type is mig)")]
    public void What_is_not_honoured_is_said_with_claim_path_and_mend(string fields, string expected)
    {
        ClaimedDevices claimed = Cluster().Resolve([Claim(fields)]);
        Assert.That(claimed.Problems.Single(), Does.StartWith("ResourceClaim default/c").And.Contains(expected));
        Assert.That(claimed.Request.IsNone);
    }

    [Test]
    public void Alternatives_and_constraints_are_refused_and_all_errors_are_told_at_once()
    {
        ResourceClaim claim = Read("""
            metadata: {name: c}
            spec:
              devices:
                requests: [{name: r, firstAvailable: [{name: s, deviceClassName: gpu}]}, {name: q}]
                constraints: [{matchAttribute: resource.kubernetes.io/pcieRoot}]
            """);
        Assert.That(Cluster().Resolve([claim]).Problems, Is.EqualTo(new[]
        {
            "ResourceClaim default/c: spec.devices.requests[0].firstAvailable: alternatives are not tried here; write one request under exactly, or name another scheduler in the pod",
            "ResourceClaim default/c: spec.devices.requests[1].exactly: is required; add it with a deviceClassName",
            "ResourceClaim default/c: spec.devices.constraints[0].matchAttribute: devices are not chosen by resource.kubernetes.io/pcieRoot here, but by how fast they reach each other; remove the constraint, or name another scheduler in the pod",
        }));
    }

    [Test]
    public void Claims_and_requests_of_a_pod_add_up_where_they_allow_the_same_models()
    {
        ClaimResolver resolver = Cluster();
        ClaimedDevices both = resolver.Resolve([Claim(count: 1, selector: ""), Claim(count: 3, selector: "", name: "d")]);
        Assert.That((both.Request.Count, both.Request.Source), Is.EqualTo((4, "default/c:r=1, default/d:r=3")));
        ClaimedDevices apart = resolver.Resolve([Claim(count: 1, selector: ""), Claim(count: 3, selector: "device.attributes['gpu.nvidia.com'].architecture == 'Turing'", name: "d")]);
        Assert.That(apart.Problems.Single(), Does.Contain("allows other models of GPUs than ResourceClaim default/c: spec.devices.requests[0].exactly"));
    }

    [Test]
    public void A_model_that_comes_later_is_allowed_then()
    {
        DeviceInventory inventory = new();
        ClaimResolver resolver = new(inventory);
        resolver.Set(Class("gpu", "device.driver == 'gpu.nvidia.com'"));
        Assert.That(resolver.Resolve([Claim(count: 1, selector: "")]).Request.Models.Single(), Does.StartWith("(none"));
        inventory.Set(Slice("a"));
        Assert.That(resolver.Resolve([Claim(count: 1, selector: "")]).Request.Models, Is.EqualTo(new[] { A100 }));
    }

    internal static ResourceSlice Slice(string node, string product = "NVIDIA A100-SXM4-80GB", string memory = "80Gi", string capability = "8.0.0", string driver = "570.1.2", string architecture = "Ampere") => ReadSlice($$$$"""
        metadata: {name: {{{{node}}}}-slice}
        spec:
          driver: gpu.nvidia.com
          nodeName: {{{{node}}}}
          pool: {name: {{{{node}}}}, generation: 1, resourceSliceCount: 1}
          devices:
          - name: gpu-0
            attributes: {type: {string: gpu}, productName: {string: {{{{product}}}}}, uuid: {string: GPU-{{{{node}}}}}, architecture: {string: {{{{architecture}}}}}, cudaComputeCapability: {version: {{{{capability}}}}}, driverVersion: {version: {{{{driver}}}}}}
            capacity: {memory: {value: {{{{memory}}}}}}
          - name: mig-0
            attributes: {type: {string: mig}, productName: {string: {{{{product}}}}}, architecture: {string: {{{{architecture}}}}}, cudaComputeCapability: {version: {{{{capability}}}}}, driverVersion: {version: {{{{driver}}}}}}
            capacity: {memory: {value: 10Gi}}
        """);

    internal static ResourceSlice ReadSlice(string yaml) => ApiObjectReader.ReadSlice(Clusters.Map(yaml))!;

    private static ClaimResolver Cluster()
    {
        DeviceInventory inventory = new();
        inventory.Set(Slice("a"));
        inventory.Set(Slice("b", driver: "580.0.1"));
        inventory.Set(Slice("c", "Tesla T4", "16Gi", "7.5.0", architecture: "Turing"));
        ClaimResolver resolver = new(inventory);
        resolver.Set(Class("gpu", "device.driver == 'gpu.nvidia.com' && device.attributes['gpu.nvidia.com'].type == 'gpu'"));
        resolver.Set(Class("mig", "device.driver == 'gpu.nvidia.com' && device.attributes['gpu.nvidia.com'].type == 'mig'"));
        return resolver;
    }

    private static DeviceClass Class(string name, string expression) =>
        ApiObjectReader.ReadDeviceClass(Clusters.Map($"metadata: {{name: {name}}}\nspec: {{selectors: [{{cel: {{expression: \"{expression}\"}}}}]}}"))!;

    private static ResourceClaim Claim(int count, string selector, string name = "c") =>
        Claim($"count: {count}, selectors: [{(selector.Length == 0 ? "" : $"{{cel: {{expression: \"{selector}\"}}}}")}]", name);

    private static ResourceClaim Claim(string fields, string name = "c")
    {
        string deviceClass = fields.Contains("deviceClassName", StringComparison.Ordinal) ? "" : "deviceClassName: gpu, ";
        return Read($"metadata: {{name: {name}}}\nspec: {{devices: {{requests: [{{name: r, exactly: {{{deviceClass}{fields}}}}}]}}}}");
    }

    private static ResourceClaim Read(string yaml) => ApiObjectReader.ReadClaim(Clusters.Map(yaml))!;
}
