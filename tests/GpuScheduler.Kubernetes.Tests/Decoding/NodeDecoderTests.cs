using System.Text;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
public sealed class NodeDecoderTests
{
    private const string Json = """
        {"metadata":{"name":"n","uid":"u","resourceVersion":"9","labels":{"nvidia.com/gpu.product":"NVIDIA-L40S","nvidia.com/gpu.memory":"46068","nvidia.com/gpu.count":"2"},
          "annotations":{"gpuscheduler.dev/allocation-regime":"annotation"}},
         "spec":{"unschedulable":true,"taints":[{"key":"k","value":"v","effect":"NoSchedule"}]},
         "status":{"allocatable":{"cpu":"8","memory":"64Gi","pods":"110","nvidia.com/gpu":"2"}}}
        """;

    [Test]
    public void A_node_offers_what_its_status_says_and_the_GPUs_that_its_labels_describe()
    {
        NodeObject node = Decode(Json);
        Assert.That(node.Problems, Is.Empty);
        Assert.That((node.Node.Name, node.ResourceVersion, node.Node.Unschedulable, node.Node.Regime), Is.EqualTo(("n", "9", true, AllocationRegime.Annotation)));
        Assert.That(node.Node.Shape, Is.EqualTo(DeviceShape.Uniform("NVIDIA-L40S", 2, 46_068).CountedBy("nvidia.com/gpu")));
        Assert.That(node.Node.Taints, Is.EqualTo(new[] { new Taint("k", "v", TaintEffect.NoSchedule) }));
    }

    [Test]
    public void A_node_without_a_status_is_there_and_offers_nothing()
    {
        NodeObject node = Decode("""{"metadata":{"name":"n"},"status":{}}""");
        Assert.That((node.Node.Name, node.Node.Shape.Count), Is.EqualTo(("n", 0)));
        Assert.That(node.Problems.Single(), Does.Contain("allocatable"));
    }

    [Test]
    public void A_label_that_makes_no_sense_is_named()
    {
        NodeObject node = Decode(Json.Replace("46068", "plenty", StringComparison.Ordinal));
        Assert.That(node.Node.Name, Is.EqualTo("n"));
        Assert.That(node.Problems, Has.Some.Contains("nvidia.com/gpu.memory"));
    }

    private static NodeObject Decode(string json) => new NodeDecoder(ShapeCatalog.BuiltIn).DecodeJson(Encoding.UTF8.GetBytes(json));
}
