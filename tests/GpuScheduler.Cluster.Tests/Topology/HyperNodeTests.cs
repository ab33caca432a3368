namespace GpuScheduler.Cluster.Tests;

public sealed class HyperNodeTests
{
    private static readonly Node[] Nodes = [.. Enumerable.Range(0, 8).Select(i => new Node { Name = $"node-{i}", Labels = LabelSet.Of(("rack", $"r{i / 2}")) })];

    [Test]
    public void A_tree_of_sets_becomes_levels_from_broad_to_narrow()
    {
        ObjectTopology topology = HyperNodes.ToTopology(
        [
            new HyperNode("spine", 2, "Spine", [Hyper("leaf-0"), HyperLike("^leaf-[12]$")]),
            new HyperNode("leaf-0", 1, "", [Exact("node-0"), Exact("node-1")]),
            new HyperNode("leaf-1", 1, "", [Like("^node-[23]$")]),
            new HyperNode("leaf-2", 1, "", [Labelled("rack", "r2")]),
        ], Nodes);
        Assert.That(topology.Problems, Is.Empty);
        Assert.That(topology.Levels, Is.EqualTo(new[] { "topology.volcano.sh/tier-2", "topology.volcano.sh/tier-name-Spine", "topology.volcano.sh/tier-1" }));
        Assert.That(Values(topology, "topology.volcano.sh/tier-1"), Is.EqualTo(new[] { "leaf-0", "leaf-0", "leaf-1", "leaf-1", "leaf-2", "leaf-2", null, null }));
        Assert.That(Values(topology, "topology.volcano.sh/tier-2"), Is.EqualTo(new[] { "spine", "spine", "spine", "spine", "spine", "spine", null, null }));
        Assert.That(Values(topology, "topology.volcano.sh/tier-name-Spine"), Is.EqualTo(Values(topology, "topology.volcano.sh/tier-2")));
    }

    [Test]
    public void What_may_span_a_tier_stays_within_the_highest_set_up_to_it()
    {
        ObjectTopology topology = HyperNodes.ToTopology(
            [new HyperNode("top", 3, "", [Hyper("low"), Hyper("mid")]), new HyperNode("low", 1, "", [Exact("node-0")]), new HyperNode("mid", 2, "", [Exact("node-1")])], Nodes);
        Assert.That(Values(topology, "topology.volcano.sh/tier-2").Take(3), Is.EqualTo(new[] { "low", "mid", null }));
        Assert.That(Values(topology, "topology.volcano.sh/tier-1").Take(3), Is.EqualTo(new[] { "low", null, null }));
        Assert.That(Values(topology, "topology.volcano.sh/tier-3").Take(3), Is.EqualTo(new[] { "top", "top", null }));
    }

    [TestCase("(", "is no pattern that can be matched")]
    [TestCase("(?=a)b", "is no pattern that can be matched")]
    [TestCase("((a{1000}){1000}){1000}", "is no pattern that can be matched")]
    [TestCase("(a)\\1", "is no pattern that can be matched")]
    public void A_pattern_that_cannot_be_matched_is_a_problem_and_matches_nothing(string pattern, string problem)
    {
        ObjectTopology topology = HyperNodes.ToTopology([new HyperNode("a", 1, "", [Like(pattern), Exact("node-0")])], Nodes);
        Assert.That(topology.Problems.Single(), Does.StartWith("HyperNode a: spec.members[0].selector.regexMatch.pattern: ").And.Contain(problem));
        Assert.That(Values(topology, "topology.volcano.sh/tier-1").Count(v => v is not null), Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(20_000)]
    public void A_pattern_that_would_take_other_engines_for_ever_takes_no_time()
    {
        Node node = new() { Name = new string('a', 250) };
        Assert.That(HyperNodes.ToTopology([new HyperNode("a", 1, "", [Like("^(a|aa|aaa)+(a+)+$")])], [node]).Overlay.ValueOf("topology.volcano.sh/tier-1", node), Is.EqualTo("a"));
        Assert.That(HyperNodes.ToTopology([new HyperNode("a", 1, "", [Like("^(a|aa|aaa)+(a+)+b$")])], [node]).Overlay.ValueOf("topology.volcano.sh/tier-1", node), Is.Null);
    }

    [Test]
    public void A_set_in_two_sets_and_a_node_in_two_sets_are_problems_and_the_first_counts()
    {
        ObjectTopology topology = HyperNodes.ToTopology(
        [
            new HyperNode("x", 1, "", [Exact("node-0")]), new HyperNode("y", 1, "", [Exact("node-0")]),
            new HyperNode("p", 2, "", [Hyper("x")]), new HyperNode("q", 2, "", [Hyper("x"), Hyper("gone")]),
        ], Nodes);
        Assert.That(topology.Problems, Is.EqualTo(new[]
        {
            "HyperNode q: spec.members[0]: x is a member of p already, which counts; take it out of one",
            "HyperNode q: spec.members[1]: there is no HyperNode gone; create it, or remove the member",
            "HyperNode y: spec.members[0]: node node-0 is in x already, which counts; take it out of one",
        }));
        Assert.That(Values(topology, "topology.volcano.sh/tier-2")[0], Is.EqualTo("p"));
    }

    [Test]
    public void Sets_that_contain_each_other_are_a_problem()
    {
        ObjectTopology topology = HyperNodes.ToTopology([new HyperNode("a", 1, "", [Hyper("b"), Exact("node-0")]), new HyperNode("b", 1, "", [Hyper("a")])], Nodes);
        Assert.That(topology.Problems, Has.Length.EqualTo(2).And.All.Contains("is of tier 1, and members of tier 1 are of a lower one"));
        Assert.That(Values(topology, "topology.volcano.sh/tier-1")[0], Is.EqualTo("a"));
    }

    [Test]
    public void Levels_of_objects_stand_above_what_divides_the_nodes_more()
    {
        ObjectTopology topology = HyperNodes.ToTopology(
        [
            new HyperNode("s", 2, "", [HyperLike("l")]), new HyperNode("l0", 1, "", [Like("node-[0-3]")]), new HyperNode("l1", 1, "", [Like("node-[4-7]")]),
        ], Nodes);
        Assert.That(
            topology.LevelsAmong(new TopologyLevels(["zone", "rack"]), Nodes).Keys,
            Is.EqualTo(new[] { "zone", "topology.volcano.sh/tier-2", "topology.volcano.sh/tier-1", "rack", "kubernetes.io/hostname" }));
    }

    [Test]
    public void Layers_of_koordinator_take_the_first_label_that_a_node_has()
    {
        Node[] nodes = [new Node { Name = "a", Labels = LabelSet.Of(("b2", "y"), ("s", "s1")) }, new Node { Name = "b", Labels = LabelSet.Of(("b1", "x"), ("b2", "y")) }];
        TopologyObjects objects = new() { Layers = [new NetworkLayer("block", "spine", ["b1", "b2"]), new NetworkLayer("spine", "ClusterTopologyLayer", ["s"])] };
        ObjectTopology topology = objects.On(nodes);
        Assert.That(topology.Levels, Is.EqualTo(new[] { "topology.koordinator.sh/spine", "topology.koordinator.sh/block" }));
        Assert.That(nodes.Select(n => topology.Overlay.ValueOf("topology.koordinator.sh/block", n)), Is.EqualTo(new[] { "y", "x" }));
        Assert.That(nodes.Select(n => topology.Overlay.ValueOf("topology.koordinator.sh/spine", n)), Is.EqualTo(new[] { "s1", null }));
    }

    [Test]
    public void Layers_above_themselves_are_a_problem()
    {
        ObjectTopology topology = NetworkLayers.ToTopology([new NetworkLayer("a", "b", ["x"]), new NetworkLayer("b", "a", ["y"]), new NetworkLayer("c", "", ["z"])], Nodes);
        Assert.That(topology.Problems, Has.Length.EqualTo(2));
        Assert.That(topology.Levels, Is.EqualTo(new[] { "topology.koordinator.sh/c" }));
    }

    [Test]
    public void Named_topologies_add_levels_where_they_belong()
    {
        TopologyObjects objects = new()
        {
            Named = [new NamedTopology("topologies.kai.scheduler", "dc", new TopologyLevels(["hall", "topology.kubernetes.io/rack", "shelf"]), []), new NamedTopology("t", "broken", null, ["x"])],
        };
        Assert.That(objects.LabelLevels(new TopologyLevels(["topology.kubernetes.io/zone", "topology.kubernetes.io/rack"])).Keys, Is.EqualTo(new[]
        {
            "topology.kubernetes.io/zone", "hall", "topology.kubernetes.io/rack", "shelf", "kubernetes.io/hostname",
        }));
    }

    private static string?[] Values(ObjectTopology topology, string level) => [.. Nodes.Select(n => topology.Overlay.ValueOf(level, n))];

    private static HyperNodeMember Exact(string name) => new(IsNode: true) { Name = name };

    private static HyperNodeMember Like(string pattern) => new(IsNode: true) { Pattern = pattern };

    private static HyperNodeMember Hyper(string name) => new(IsNode: false) { Name = name };

    private static HyperNodeMember HyperLike(string pattern) => new(IsNode: false) { Pattern = pattern };

    private static HyperNodeMember Labelled(string key, string value) =>
        new(IsNode: true) { Labels = new NodeSelectorTerm { MatchExpressions = [new NodeSelectorRequirement(key, NodeSelectorOperator.In, [value])] } };
}
