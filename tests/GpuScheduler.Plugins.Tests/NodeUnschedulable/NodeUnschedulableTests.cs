using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

public sealed class NodeUnschedulableTests
{
    private readonly NodeUnschedulable _plugin = new();

    [Test]
    public void Cordoned_nodes_take_only_pods_that_tolerate_it() =>
        Gen.Int.Sample(
            seed =>
            {
                RandomCluster cluster = new(seed);
                for (int i = 0; i < 8; i++)
                {
                    _plugin.FiltersAs(cluster, cluster.RandomPod(), (pod, node) => (
                        StatusCode.UnschedulableAndUnresolvable,
                        node.Unschedulable && !pod.Spec.Tolerations.Any(CoversCordon) ? ["node(s) were unschedulable"] : []));
                }
            },
            iter: 100);

    [TestCase("node.kubernetes.io/unschedulable", TolerationOperator.Exists, TaintEffect.NoSchedule, ExpectedResult = StatusCode.Skip)]
    [TestCase("node.kubernetes.io/unschedulable", TolerationOperator.Equal, null, ExpectedResult = StatusCode.Skip)]
    [TestCase("", TolerationOperator.Exists, null, ExpectedResult = StatusCode.Skip)]
    [TestCase("node.kubernetes.io/unschedulable", TolerationOperator.Exists, TaintEffect.NoExecute, ExpectedResult = StatusCode.Success)]
    [TestCase("other", TolerationOperator.Exists, null, ExpectedResult = StatusCode.Success)]
    public StatusCode A_toleration_of_the_cordon_skips_the_filter(string key, TolerationOperator op, TaintEffect? effect)
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        return _plugin.PreFilter(writer.Classes.Intern(new PodSpec { Tolerations = [new(key, op, "", effect)] }), writer.Vocabulary).Status.Code;
    }

    [Test]
    public void A_node_wakes_a_pod_once_it_is_no_longer_cordoned()
    {
        Node open = new() { Name = "n" }, cordoned = open with { Unschedulable = true };
        Assert.Multiple(() =>
        {
            Assert.That(_plugin.Wakes(new PodSpec(), Events.NodeAdded(open)), Is.True);
            Assert.That(_plugin.Wakes(new PodSpec(), Events.NodeAdded(cordoned)), Is.False);
            Assert.That(_plugin.Wakes(new PodSpec(), Events.NodeUpdated(ActionTypes.UpdateNodeTaint, cordoned, open)), Is.True);
            Assert.That(_plugin.Wakes(new PodSpec(), Events.NodeUpdated(ActionTypes.UpdateNodeTaint, open, open)), Is.False);
            Assert.That(_plugin.Wakes(new PodSpec(), Events.PodUpdated(ActionTypes.UpdatePodToleration, "u1")), Is.True);
        });
    }

    private static bool CoversCordon(Toleration t) =>
        (t.Effect is null or TaintEffect.NoSchedule) && t is { Key: "", Operator: TolerationOperator.Exists };
}
