using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

public sealed class NodeNameTests
{
    private readonly NodeName _plugin = new();

    [Test]
    public void A_pod_that_names_a_node_passes_there_alone_and_any_other_pod_everywhere() =>
        Gen.Int.Sample(
            seed =>
            {
                RandomCluster cluster = new(seed);
                for (int i = 0; i < 8; i++)
                {
                    _plugin.FiltersAs(cluster, cluster.RandomPod(), (pod, node) => (
                        StatusCode.UnschedulableAndUnresolvable,
                        pod.Spec.NodeName == "" || pod.Spec.NodeName == node.Name ? [] : ["node(s) didn't match the requested node name"]));
                }
            },
            iter: 100);

    [Test]
    public void Only_the_node_that_it_names_wakes_a_pod()
    {
        PodSpec pod = new() { NodeName = "a" };
        Assert.That(_plugin.Wakes(pod, Events.NodeAdded(new Node { Name = "a" })), Is.True);
        Assert.That(_plugin.Wakes(pod, Events.NodeAdded(new Node { Name = "b" })), Is.False);
    }
}
