using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins.Tests;

[TestFixture]
public sealed class TaintTolerationTests
{
    [Test]
    public void Filters_by_the_documented_rule_on_random_nodes_and_pods() => PluginCheck.FilterAgrees(new TaintToleration(), (node, pod) =>
        node.Node.Taints.Any(t => t.Effect is TaintEffect.NoSchedule or TaintEffect.NoExecute && !IsTolerated(t, pod))
            ? Verdict.Unresolvable("node(s) had untolerated taint(s)")
            : Verdict.Passes);

    [Test]
    public void Counts_untolerated_PreferNoSchedule_taints_on_random_nodes_and_pods() => PluginCheck.ScoreAgrees(
        new TaintToleration(),
        (node, pod, _) => node.Node.Taints.Count(t => t.Effect == TaintEffect.PreferNoSchedule && !IsTolerated(t, pod)),
        skips: _ => false);

    [TestCase("k", TolerationOperator.Equal, "v", null, true, TestName = "Equal with the same value tolerates")]
    [TestCase("k", TolerationOperator.Equal, "w", null, false, TestName = "Equal with another value does not")]
    [TestCase("k", TolerationOperator.Exists, "", null, true, TestName = "Exists tolerates any value")]
    [TestCase("l", TolerationOperator.Exists, "", null, false, TestName = "Exists of another key does not")]
    [TestCase("", TolerationOperator.Exists, "", null, true, TestName = "An empty key with Exists tolerates all")]
    [TestCase("k", TolerationOperator.Exists, "", TaintEffect.NoExecute, false, TestName = "Another effect does not")]
    [TestCase("k", TolerationOperator.Exists, "", TaintEffect.NoSchedule, true, TestName = "The same effect does")]
    public void A_taint_k_v_NoSchedule(string key, TolerationOperator @operator, string value, TaintEffect? effect, bool passes)
    {
        KubeCluster cluster = new(new Node { Name = "n", Taints = [new Taint("k", "v", TaintEffect.NoSchedule)] });
        PodSpec pod = new() { Tolerations = [new Toleration(key, @operator, value, effect)] };
        Assert.That(cluster.Ask(new TaintToleration(), pod, "n") == Verdict.Passes, Is.EqualTo(passes));
    }

    // 100 - raw * 100 / max, truncated within: 100 - 33, 100 - 66.
    [TestCase(0, 3, 100)]
    [TestCase(1, 3, 67)]
    [TestCase(2, 3, 34)]
    [TestCase(3, 3, 0)]
    [TestCase(0, 0, 100)]
    public void Scores_are_reversed_and_normalised_to_the_most_taints(int raw, int highest, int score) =>
        Assert.That(new TaintToleration().NormalizeScore(raw, 0, highest), Is.EqualTo(score));

    private static bool IsTolerated(Taint taint, PodSpec pod) => pod.Tolerations.Any(t =>
        (t.Effect is null || t.Effect == taint.Effect)
        && (t.Operator == TolerationOperator.Exists
            ? t.Key.Length == 0 || t.Key == taint.Key
            : t.Key == taint.Key && t.Value == taint.Value));
}
