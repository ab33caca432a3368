using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

[TestFixture]
public sealed class NodeUnschedulableTests
{
    private const string Key = "node.kubernetes.io/unschedulable";

    private static readonly Node Cordoned = new() { Name = "n", Unschedulable = true };

    [Test]
    public void Agrees_with_the_documented_rule_on_random_nodes_and_pods() => PluginCheck.FilterAgrees(new NodeUnschedulable(), (node, pod) =>
        node.Node.Unschedulable && !pod.Tolerations.Any(t =>
            (t.Effect is null or TaintEffect.NoSchedule)
            && ((t.Key.Length == 0 && t.Operator == TolerationOperator.Exists)
                || (t.Key == Key && (t.Operator == TolerationOperator.Exists || t.Value.Length == 0))))
            ? Verdict.Unresolvable("node(s) were unschedulable")
            : Verdict.Passes);

    [TestCase(TaintEffect.NoSchedule, true)]
    [TestCase(null, true)]
    [TestCase(TaintEffect.NoExecute, false)]
    public void A_toleration_of_the_cordon_s_effect_opens_a_cordoned_node(TaintEffect? effect, bool passes)
    {
        KubeCluster cluster = new(Cordoned);
        PodSpec pod = new() { Tolerations = [new Toleration(Key, TolerationOperator.Exists, "", effect)] };
        Assert.That(cluster.Ask(new NodeUnschedulable(), pod, "n").Code == StatusCode.Success, Is.EqualTo(passes));
    }

    [Test]
    public void A_profile_without_its_PreFilter_lets_tolerating_pods_on_all_the_same()
    {
        KubeCluster cluster = new(Cordoned);
        PodClass pod = cluster.Class(new PodSpec { Tolerations = [new Toleration(Key, TolerationOperator.Exists, "", null)] });
        Assert.That(new NodeUnschedulable().Filter(cluster.Context(pod), cluster.State.Blocks[0], 1), Is.EqualTo(1));
    }

    [Test]
    public void Wakes_a_pod_that_gets_the_toleration_and_no_other()
    {
        KubeCluster cluster = new(Cordoned);
        PodClass tolerant = cluster.Class(new PodSpec { Tolerations = [new Toleration(Key, TolerationOperator.Exists, "", null)] });
        PodClass strict = cluster.Class(new PodSpec());
        ClusterEventWithHint waits = new NodeUnschedulable().EventsToRegister.Single(e => e.Event.Resource == EventResource.UnscheduledPod);
        QueuedPodInfo queued = new(new Pod { Name = "p", Spec = strict.Spec }, strict, DateTimeOffset.UnixEpoch);
        Assert.Multiple(() =>
        {
            Assert.That(waits.Hint!(queued, new ClusterChange(waits.Event) { PodClass = tolerant }), Is.EqualTo(QueueingHint.Queue));
            Assert.That(waits.Hint!(queued, new ClusterChange(waits.Event) { PodClass = strict }), Is.EqualTo(QueueingHint.Skip));
        });
    }
}
