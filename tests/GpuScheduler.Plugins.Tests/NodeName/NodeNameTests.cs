using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins.Tests;

[TestFixture]
public sealed class NodeNameTests
{
    [Test]
    public void Agrees_with_the_documented_rule_on_random_nodes_and_pods() => PluginCheck.FilterAgrees(new NodeName(), (node, pod) =>
        pod.NodeName is "" || pod.NodeName == node.Node.Name
            ? Verdict.Passes
            : Verdict.Unresolvable("node(s) didn't match the requested node name"));

    [TestCase("n", true)]
    [TestCase("N", false, Description = "Names are compared as they are")]
    [TestCase("", true)]
    public void Only_the_node_that_is_named_passes(string wanted, bool passes)
    {
        KubeCluster cluster = new(new Node { Name = "n" });
        Assert.That(cluster.Ask(new NodeName(), new PodSpec { NodeName = wanted }, "n") == Verdict.Passes, Is.EqualTo(passes));
    }
}
