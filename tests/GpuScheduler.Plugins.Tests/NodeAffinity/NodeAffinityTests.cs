using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

[TestFixture]
public sealed class NodeAffinityTests
{
    private const string Mismatch = "node(s) didn't match Pod's node affinity/selector";
    private const string Enforced = "node(s) didn't match scheduler-enforced node affinity";

    private static readonly Node Plain = new()
    {
        Name = "n",
        Labels = LabelSet.Of(("zone", "a"), ("gpus", "8"), ("word", "eight")),
    };

    [Test]
    public void Filters_by_the_documented_rule_on_random_nodes_and_pods() =>
        PluginCheck.FilterAgrees(new NodeAffinityPlugin(), (node, pod) => Rule(node, pod, null), iter: 100);

    [Test]
    public void Filters_by_the_documented_rule_with_an_added_affinity_too() => CsCheck.Check.Sample(
        CsCheck.Gen.Int,
        seed =>
        {
            NodeAffinity added = RandomObjects.Affinity(new Random(seed));
            PluginCheck.FilterAgrees(new NodeAffinityPlugin(added), (node, pod) => Rule(node, pod, added), iter: 1);
        },
        iter: 40,
        threads: 1);

    [Test]
    public void Scores_by_the_weights_of_matching_terms_on_random_nodes_and_pods() => PluginCheck.ScoreAgrees(
        new NodeAffinityPlugin(),
        (node, pod, _) => Preferred(pod.NodeAffinity, node.Node),
        skips: pod => pod.NodeAffinity?.Preferred.IsEmpty != false);

    [Test]
    public void Scores_the_preferences_of_an_added_affinity_as_well()
    {
        NodeAffinity added = new() { Preferred = [new(30, Term(("zone", NodeSelectorOperator.Exists, [])))] };
        PluginCheck.ScoreAgrees(
            new NodeAffinityPlugin(added), (node, pod, _) => Preferred(added, node.Node) + Preferred(pod.NodeAffinity, node.Node), skips: _ => false, iter: 20);
    }

    [TestCase("zone", NodeSelectorOperator.In, "a", true)]
    [TestCase("zone", NodeSelectorOperator.In, "b", false)]
    [TestCase("zone", NodeSelectorOperator.NotIn, "a", false)]
    [TestCase("absent", NodeSelectorOperator.NotIn, "a", true, Description = "NotIn holds where the key is absent")]
    [TestCase("absent", NodeSelectorOperator.In, "a", false)]
    [TestCase("zone", NodeSelectorOperator.Exists, null, true)]
    [TestCase("zone", NodeSelectorOperator.DoesNotExist, null, false)]
    [TestCase("absent", NodeSelectorOperator.DoesNotExist, null, true)]
    [TestCase("gpus", NodeSelectorOperator.Gt, "7", true)]
    [TestCase("gpus", NodeSelectorOperator.Gt, "8", false)]
    [TestCase("gpus", NodeSelectorOperator.Lt, "9", true)]
    [TestCase("gpus", NodeSelectorOperator.Lt, "8", false)]
    [TestCase("gpus", NodeSelectorOperator.Gt, "-1", true)]
    [TestCase("word", NodeSelectorOperator.Gt, "1", false, Description = "A label that is no integer compares with nothing")]
    [TestCase("gpus", NodeSelectorOperator.Gt, "seven", false)]
    [TestCase("absent", NodeSelectorOperator.Lt, "9", false)]
    [TestCase("zone", NodeSelectorOperator.NotIn, null, false, Description = "Malformed: NotIn needs values")]
    [TestCase("zone", NodeSelectorOperator.Exists, "a", false, Description = "Malformed: Exists has none")]
    public void A_requirement(string key, NodeSelectorOperator @operator, string? value, bool passes)
    {
        PodSpec pod = Requiring(Term((key, @operator, value is null ? [] : [value])));
        Assert.That(new KubeCluster(Plain).Ask(new NodeAffinityPlugin(), pod, "n") == Verdict.Passes, Is.EqualTo(passes));
    }

    [Test]
    public void Requirements_of_a_term_must_all_hold_and_one_term_is_enough()
    {
        NodeSelectorTerm both = Term(("zone", NodeSelectorOperator.In, ["a"]), ("gpus", NodeSelectorOperator.In, ["4"]));
        NodeSelectorTerm one = Term(("gpus", NodeSelectorOperator.In, ["4", "8"]));
        Assert.Multiple(() =>
        {
            Assert.That(Reason(Requiring(both)), Is.EqualTo(Mismatch));
            Assert.That(Reason(Requiring(both, one)), Is.Null);
            Assert.That(Reason(Requiring(new NodeSelectorTerm())), Is.EqualTo(Mismatch), "an empty term matches nothing");
            Assert.That(Reason(Requiring()), Is.EqualTo(Mismatch), "no term at all matches nothing");
        });
    }

    [Test]
    public void The_selector_counts_beside_the_affinity()
    {
        PodSpec pod = Requiring(Term(("zone", NodeSelectorOperator.In, ["a"]))) with { NodeSelector = LabelSet.Of(("gpus", "4")) };
        Assert.That(Reason(pod), Is.EqualTo(Mismatch));
    }

    [Test]
    public void The_operator_s_affinity_has_a_reason_of_its_own_and_comes_first()
    {
        NodeAffinityPlugin plugin = new(new NodeAffinity { Required = [Term(("zone", NodeSelectorOperator.In, ["b"]))] });
        PodSpec pod = new() { NodeSelector = LabelSet.Of(("zone", "c")) };
        Verdict verdict = new KubeCluster(Plain).Ask(plugin, pod, "n");
        Assert.That(verdict.Reasons, Is.EqualTo(new[] { Enforced }));
        Assert.That(verdict.Code, Is.EqualTo(StatusCode.UnschedulableAndUnresolvable));
    }

    [Test]
    public void Names_in_every_term_narrow_the_nodes_to_their_union()
    {
        PreFilterResult result = PreFilter(Requiring(Named(["n1"]), Named(["n2"], ["n2"])));
        Assert.That(result.NodeNames, Is.EquivalentTo(new[] { "n1", "n2" }));
    }

    [Test]
    public void One_term_without_names_leaves_all_nodes() =>
        Assert.That(PreFilter(Requiring(Named(["n1"]), Term(("zone", NodeSelectorOperator.Exists, [])))).NodeNames, Is.Null);

    [Test]
    public void Names_that_contradict_each_other_reject_the_pod_at_once() =>
        Assert.That(PreFilter(Requiring(Named(["n1"], ["n2"]))).Status, Is.EqualTo(Status.Unresolvable("pod affinity terms conflict")));

    [TestCase("n", NodeSelectorOperator.In, true)]
    [TestCase("n", NodeSelectorOperator.NotIn, false)]
    [TestCase("m", NodeSelectorOperator.NotIn, true)]
    public void Fields_compare_the_node_s_name(string name, NodeSelectorOperator @operator, bool passes)
    {
        PodSpec pod = Requiring(new NodeSelectorTerm { MatchFields = [new("metadata.name", @operator, [name])] });
        Assert.That(Reason(pod) is null, Is.EqualTo(passes));
    }

    [Test]
    public void Weights_of_matching_preferences_add_up_and_are_normalised_to_the_highest()
    {
        NodeAffinityPlugin plugin = new();
        PodSpec pod = new()
        {
            NodeAffinity = new NodeAffinity
            {
                Preferred =
                [
                    new(20, Term(("zone", NodeSelectorOperator.In, ["a"]))),
                    new(3, Term(("gpus", NodeSelectorOperator.Gt, ["4"]))),
                    new(100, Term(("zone", NodeSelectorOperator.In, ["b"]))),
                    new(50, new NodeSelectorTerm()),
                ],
            },
        };
        Assert.Multiple(() =>
        {
            Assert.That(new KubeCluster(Plain).Score(plugin, pod, "n"), Is.EqualTo(23));
            Assert.That(plugin.NormalizeScore(23, 0, 100), Is.EqualTo(23));
            Assert.That(plugin.NormalizeScore(23, 0, 23), Is.EqualTo(100));
            Assert.That(plugin.NormalizeScore(23, 0, 60), Is.EqualTo(38), "2300 / 60 = 38.3");
            Assert.That(plugin.NormalizeScore(0, 0, 0), Is.Zero);
        });
    }

    private static Verdict Rule(NodeState node, PodSpec pod, NodeAffinity? added) =>
        !Matches(added?.Required, node.Node) ? Verdict.Unresolvable(Enforced)
        : !NodeSelectors.MatchesSelector(pod.NodeSelector, node.Node) || !Matches(pod.NodeAffinity?.Required, node.Node) ? Verdict.Unresolvable(Mismatch)
        : Verdict.Passes;

    private static bool Matches(ImmutableArray<NodeSelectorTerm>? terms, Node node) =>
        terms is null || terms.Value.Any(t => NodeSelectors.Matches(t, node));

    private static long Preferred(NodeAffinity? affinity, Node node) =>
        affinity?.Preferred.Where(p => NodeSelectors.Matches(p.Preference, node)).Sum(p => p.Weight) ?? 0;

    private static string? Reason(PodSpec pod)
    {
        Verdict verdict = new KubeCluster(Plain).Ask(new NodeAffinityPlugin(), pod, "n");
        return verdict.Reasons.SingleOrDefault();
    }

    private static PreFilterResult PreFilter(PodSpec spec)
    {
        KubeCluster cluster = new(Plain);
        return new NodeAffinityPlugin().PreFilter(cluster.Class(spec), cluster.Writer.Vocabulary);
    }

    private static PodSpec Requiring(params NodeSelectorTerm[] terms) => new() { NodeAffinity = new NodeAffinity { Required = [.. terms] } };

    private static NodeSelectorTerm Term(params (string Key, NodeSelectorOperator Operator, string[] Values)[] requirements) =>
        new() { MatchExpressions = [.. requirements.Select(r => new NodeSelectorRequirement(r.Key, r.Operator, [.. r.Values]))] };

    private static NodeSelectorTerm Named(params string[][] names) =>
        new() { MatchFields = [.. names.Select(n => new NodeSelectorRequirement("metadata.name", NodeSelectorOperator.In, [.. n]))] };
}
