using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

public sealed class GpuDiagnosisTests
{
    private static readonly DeviceShape A100 = DeviceShape.Uniform("A100", 8, 81920), T4 = DeviceShape.Uniform("T4", 2, 15360);

    [Test]
    public void It_says_how_many_GPUs_have_room_and_where_most_of_them_are_together()
    {
        GpuCluster cluster = new(GpuCluster.Node("a", A100, 64_000, AllocationRegime.Annotation), GpuCluster.Node("b", T4, 64_000, AllocationRegime.Annotation));
        cluster.Place(0, 1000, GpuCluster.Share(1000, 6), 0, 1, 2, 3, 4, 5);
        cluster.Place(1, 1000, GpuCluster.Share(600, 1), 0);
        Assert.That(
            Describe(cluster, GpuCluster.Share(1000, 4)),
            Is.EqualTo("gpus: the pod asks for 4 whole GPUs on one node; of 8 that could serve it 2 have room, at most 2 on one node (a)."));
        Assert.That(
            Describe(cluster, GpuCluster.Share(500, 2, "T4")),
            Is.EqualTo("gpus: the pod asks for 500/1000 of each of 2 GPUs on one node; of 2 that could serve it 1 have room, at most 1 on one node (b)."));
        Assert.That(
            Describe(cluster, GpuCluster.Memory(8000)),
            Is.EqualTo("gpus: 2 node(s) have 8000 MiB of a GPU free, a among them; something else stops the pod there."));
    }

    [Test]
    public void Nodes_that_could_never_serve_the_pod_are_left_out_and_where_there_are_only_those_it_is_silent()
    {
        GpuCluster cluster = new(GpuCluster.Node("a", A100, 64_000, AllocationRegime.DevicePlugin), GpuCluster.Node("b", T4, 64_000, AllocationRegime.Annotation));
        Assert.That(Describe(cluster, GpuCluster.Share(500, 1, "A100")), Is.Empty);
        Assert.That(Describe(cluster, DeviceRequest.None), Is.Empty);
        Assert.That(Describe(cluster, GpuCluster.Share(1000, 9)), Is.Empty);
    }

    private static string Describe(GpuCluster cluster, DeviceRequest request)
    {
        PodClass pod = cluster.Class(1000, request);
        PostFilterResult result = new GpuDiagnosis().PostFilter(new Pod { Name = "p", Spec = pod.Spec }, new PluginContext(pod, null, cluster.State, 0), new Rejections());
        Assert.That(result.Status.Code, Is.EqualTo(StatusCode.Unschedulable), "other PostFilter plugins are asked too");
        return result.Status.Reason!;
    }
}
