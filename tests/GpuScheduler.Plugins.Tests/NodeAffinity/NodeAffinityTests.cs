using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

public sealed class NodeAffinityTests
{
    private const string Pods = "node(s) didn't match Pod's node affinity/selector";
    private const string Enforced = "node(s) didn't match scheduler-enforced node affinity";

    [Test]
    public void On_any_cluster_it_passes_and_explains_as_a_look_at_each_node_says() =>
        Gen.Int.Sample(
            seed =>
            {
                RandomCluster cluster = new(seed);
                for (int i = 0; i < 8; i++)
                {
                    NodeAffinity? added = cluster.Next(3) == 0 ? cluster.Affinity() : null;
                    new NodeAffinityPlugin(added).FiltersAs(cluster, cluster.RandomPod(), (pod, node) => Filter(added, pod, node));
                }
            },
            iter: 200);

    [Test]
    public void On_any_cluster_a_nodes_points_are_the_weights_of_the_terms_it_matches() =>
        Gen.Int.Sample(
            seed =>
            {
                RandomCluster cluster = new(seed);
                for (int i = 0; i < 8; i++)
                {
                    NodeAffinity? added = cluster.Next(3) == 0 ? cluster.Affinity() : null;
                    NodeAffinityPlugin plugin = new(added);
                    Dictionary<string, long> scores = plugin.ScoresAs(
                        cluster,
                        cluster.RandomPod(),
                        (pod, node) => (added?.Preferred ?? []).Concat(pod.Spec.NodeAffinity?.Preferred ?? [])
                            .Sum(p => NodeSelectors.Matches(p.Preference, node) ? p.Weight : 0));
                    if (scores.Count > 0)
                    {
                        long highest = scores.Values.Max();
                        Assert.That(
                            scores.Values.Select(s => plugin.NormalizeScore(s, scores.Values.Min(), highest)),
                            Is.EqualTo(scores.Values.Select(s => highest == 0 ? 0 : s * 100 / highest)));
                    }
                }
            },
            iter: 100);

    [Test]
    public void A_pod_without_selector_or_affinity_skips_filter_and_score()
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        PodClass pod = writer.Classes.Intern(new PodSpec());
        Assert.That(new NodeAffinityPlugin().PreFilter(pod, writer.Vocabulary).Status, Is.EqualTo(Status.Skip));
        Assert.That(new NodeAffinityPlugin().PreScore(pod, writer.Vocabulary).Status, Is.EqualTo(Status.Skip));
    }

    [Test]
    public void Node_names_narrow_the_search_only_if_every_term_has_some()
    {
        Assert.That(Names(Term(NameIn("a")), Term(NameIn("b"))), Is.EquivalentTo(new[] { "a", "b" }));
        Assert.That(Names(Term(NameIn("a")), ZoneIn("x")), Is.Null);
        Assert.That(Names(Term(NameIn("a") with { Operator = NodeSelectorOperator.NotIn })), Is.Null);
        Assert.That(Names([]), Is.Null);
    }

    [Test]
    public void Names_that_contradict_each_other_in_every_term_fit_nowhere()
    {
        PreFilterResult result = PreFilter(Term(NameIn("a"), NameIn("b")));
        Assert.That(result.Status, Is.EqualTo(Status.Unresolvable("pod affinity terms conflict")));
    }

    [Test]
    public void A_node_wakes_a_pod_once_it_matches_and_not_again()
    {
        NodeAffinityPlugin plugin = new();
        PodSpec pod = new() { NodeSelector = LabelSet.Of(("zone", "a")) };
        Node plain = new() { Name = "n" }, inZone = plain with { Labels = LabelSet.Of(("zone", "a")) };
        Node more = plain with { Labels = LabelSet.Of(("zone", "a"), ("disk", "ssd")) };
        Assert.Multiple(() =>
        {
            Assert.That(plugin.Wakes(pod, Events.NodeAdded(plain)), Is.False);
            Assert.That(plugin.Wakes(pod, Events.NodeAdded(inZone)), Is.True);
            Assert.That(plugin.Wakes(pod, Events.NodeUpdated(ActionTypes.UpdateNodeLabel, plain, inZone)), Is.True);
            Assert.That(plugin.Wakes(pod, Events.NodeUpdated(ActionTypes.UpdateNodeLabel, inZone, more)), Is.False);
            Assert.That(plugin.Wakes(pod, Events.NodeUpdated(ActionTypes.UpdateNodeTaint, plain, inZone)), Is.False);
        });
    }

    [Test]
    public void Affinity_that_the_operator_adds_counts_for_waking_too()
    {
        NodeAffinityPlugin plugin = new(new NodeAffinity { Required = [ZoneIn("a")] });
        Node plain = new() { Name = "n" }, inZone = plain with { Labels = LabelSet.Of(("zone", "a")) };
        Assert.That(plugin.Wakes(new PodSpec(), Events.NodeAdded(plain)), Is.False);
        Assert.That(plugin.Wakes(new PodSpec(), Events.NodeUpdated(ActionTypes.UpdateNodeLabel, plain, inZone)), Is.True);
    }

    private static NodeSelectorRequirement NameIn(string name) => new("metadata.name", NodeSelectorOperator.In, [name]);

    private static NodeSelectorTerm Term(params NodeSelectorRequirement[] fields) => new() { MatchFields = [.. fields] };

    private static NodeSelectorTerm ZoneIn(string zone) => new() { MatchExpressions = [new("zone", NodeSelectorOperator.In, [zone])] };

    private static System.Collections.Frozen.FrozenSet<string>? Names(params NodeSelectorTerm[] terms) => PreFilter(terms).NodeNames;

    private static PreFilterResult PreFilter(params NodeSelectorTerm[] terms)
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        PodClass pod = writer.Classes.Intern(new PodSpec { NodeAffinity = new NodeAffinity { Required = [.. terms] } });
        return new NodeAffinityPlugin().PreFilter(pod, writer.Vocabulary);
    }

    private static (StatusCode, string[]) Filter(NodeAffinity? added, PodClass pod, Node node)
    {
        bool allowed = added?.Required is not { } enforced || enforced.Any(t => NodeSelectors.Matches(t, node));
        bool wanted = NodeSelectors.MatchesSelector(pod.Spec.NodeSelector, node)
            && (pod.Spec.NodeAffinity?.Required is not { } required || required.Any(t => NodeSelectors.Matches(t, node)));
        return (StatusCode.UnschedulableAndUnresolvable, !allowed ? [Enforced] : !wanted ? [Pods] : []);
    }
}
