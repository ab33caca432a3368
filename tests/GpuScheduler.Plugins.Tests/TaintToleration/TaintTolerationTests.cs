using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

public sealed class TaintTolerationTests
{
    private static readonly Taint Gpu = new("gpu", "x", TaintEffect.NoSchedule);

    private readonly TaintToleration _plugin = new();

    [Test]
    public void On_any_cluster_it_passes_and_explains_as_a_look_at_each_node_says() =>
        Gen.Int.Sample(
            seed =>
            {
                RandomCluster cluster = new(seed);
                for (int i = 0; i < 8; i++)
                {
                    _plugin.FiltersAs(cluster, cluster.RandomPod(), (pod, node) => (
                        StatusCode.UnschedulableAndUnresolvable,
                        Untolerated(pod, node).Any(t => t.Effect != TaintEffect.PreferNoSchedule) ? ["node(s) had untolerated taint(s)"] : []));
                }
            },
            iter: 200);

    [Test]
    public void On_any_cluster_a_node_loses_points_by_its_untolerated_soft_taints() =>
        Gen.Int.Sample(
            seed =>
            {
                RandomCluster cluster = new(seed);
                for (int i = 0; i < 8; i++)
                {
                    Dictionary<string, long> scores = _plugin.ScoresAs(
                        cluster, cluster.RandomPod(), (pod, node) => Untolerated(pod, node).Count(t => t.Effect == TaintEffect.PreferNoSchedule));
                    if (scores.Count > 0)
                    {
                        long highest = scores.Values.Max();
                        Assert.That(
                            scores.Values.Select(s => _plugin.NormalizeScore(s, scores.Values.Min(), highest)),
                            Is.EqualTo(scores.Values.Select(s => highest == 0 ? 100 : 100 - (s * 100 / highest))));
                    }
                }
            },
            iter: 100);

    [Test]
    public void Taints_that_come_after_the_class_are_compared_as_well()
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        PodClass pod = writer.Classes.Intern(new PodSpec { Tolerations = [new("gpu", TolerationOperator.Exists, "", null)] });
        object? state = _plugin.PreFilter(pod, writer.Vocabulary).State;
        writer.SetNodes(
            new Node { Name = "a", Taints = [Gpu] }, new Node { Name = "b", Taints = [Gpu, new("team", "", TaintEffect.NoExecute)] }, new Node { Name = "c" });
        Assert.That(_plugin.Filter(new PluginContext(pod, state, writer.Working, 0), writer.Working.Blocks[0], 7), Is.EqualTo(0b101));
    }

    [Test]
    public void A_pod_that_tolerates_everything_skips_the_filter()
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        PodClass pod = writer.Classes.Intern(new PodSpec { Tolerations = [new("", TolerationOperator.Exists, "", null)] });
        Assert.That(_plugin.PreFilter(pod, writer.Vocabulary).Status, Is.EqualTo(Status.Skip));
    }

    [Test]
    public void A_node_wakes_a_pod_once_no_taint_keeps_it_off()
    {
        Node tainted = new() { Name = "n", Taints = [Gpu] }, free = new() { Name = "n" };
        Node soft = new() { Name = "n", Taints = [Gpu with { Effect = TaintEffect.PreferNoSchedule }] };
        Assert.Multiple(() =>
        {
            Assert.That(_plugin.Wakes(new PodSpec(), Events.NodeAdded(tainted)), Is.False);
            Assert.That(_plugin.Wakes(new PodSpec(), Events.NodeAdded(soft)), Is.True);
            Assert.That(_plugin.Wakes(new PodSpec(), Events.NodeUpdated(ActionTypes.UpdateNodeTaint, tainted, free)), Is.True);
            Assert.That(_plugin.Wakes(new PodSpec(), Events.NodeUpdated(ActionTypes.UpdateNodeTaint, soft, free)), Is.False);
            Assert.That(_plugin.Wakes(new PodSpec(), Events.PodUpdated(ActionTypes.UpdatePodToleration, "u1")), Is.True);
            Assert.That(_plugin.Wakes(new PodSpec(), Events.PodUpdated(ActionTypes.UpdatePodToleration, "u9")), Is.False);
        });
    }

    // The rules of core/v1 said once more, in other words.
    private static IEnumerable<Taint> Untolerated(PodClass pod, Node node) => node.Taints.Where(taint => !pod.Spec.Tolerations.Any(t =>
        (t.Effect ?? taint.Effect) == taint.Effect
        && (t.Key == taint.Key || (t.Key == "" && t.Operator == TolerationOperator.Exists))
        && (t.Operator == TolerationOperator.Exists || t.Value == taint.Value)));
}
