namespace GpuScheduler.Cluster.Tests;

public sealed class NodeSelectorsTests
{
    private static readonly Node Node = new()
    {
        Name = "node-a",
        Labels = LabelSet.Of(("zone", "z1"), ("cores", "64"), ("offset", "-5"), ("empty", ""), ("text", "abc")),
    };

    private static NodeSelectorTerm Label(string key, NodeSelectorOperator op, params string[] values) =>
        new() { MatchExpressions = [new(key, op, [.. values])] };

    private static NodeSelectorTerm Field(string key, NodeSelectorOperator op, params string[] values) =>
        new() { MatchFields = [new(key, op, [.. values])] };

    [TestCase("zone", NodeSelectorOperator.In, "z1,z2", true)]
    [TestCase("zone", NodeSelectorOperator.In, "z2", false)]
    [TestCase("other", NodeSelectorOperator.In, "z1", false)]
    [TestCase("zone", NodeSelectorOperator.In, null, false)]
    [TestCase("zone", NodeSelectorOperator.NotIn, "z1,z2", false)]
    [TestCase("zone", NodeSelectorOperator.NotIn, "z2", true)]
    [TestCase("other", NodeSelectorOperator.NotIn, "z1", true)]
    [TestCase("other", NodeSelectorOperator.NotIn, null, false)]
    [TestCase("empty", NodeSelectorOperator.Exists, null, true)]
    [TestCase("other", NodeSelectorOperator.Exists, null, false)]
    [TestCase("zone", NodeSelectorOperator.Exists, "z1", false)]
    [TestCase("other", NodeSelectorOperator.DoesNotExist, null, true)]
    [TestCase("zone", NodeSelectorOperator.DoesNotExist, null, false)]
    [TestCase("other", NodeSelectorOperator.DoesNotExist, "x", false)]
    [TestCase("cores", NodeSelectorOperator.Gt, "63", true)]
    [TestCase("cores", NodeSelectorOperator.Gt, "64", false)]
    [TestCase("cores", NodeSelectorOperator.Lt, "65", true)]
    [TestCase("cores", NodeSelectorOperator.Lt, "64", false)]
    [TestCase("offset", NodeSelectorOperator.Lt, "+3", true)]
    [TestCase("cores", NodeSelectorOperator.Gt, "1.5", false)]
    [TestCase("cores", NodeSelectorOperator.Gt, "1,2", false)]
    [TestCase("text", NodeSelectorOperator.Gt, "1", false)]
    [TestCase("other", NodeSelectorOperator.Lt, "1", false)]
    public void Labels_are_compared_as_core_v1_does(string key, NodeSelectorOperator op, string? values, bool expected) =>
        Assert.That(NodeSelectors.Matches(Label(key, op, values?.Split(',') ?? []), Node), Is.EqualTo(expected));

    [TestCase("metadata.name", NodeSelectorOperator.In, "node-a", true)]
    [TestCase("metadata.name", NodeSelectorOperator.In, "node-b", false)]
    [TestCase("metadata.name", NodeSelectorOperator.In, "node-a,node-b", false)]
    [TestCase("metadata.name", NodeSelectorOperator.NotIn, "node-b", true)]
    [TestCase("metadata.name", NodeSelectorOperator.NotIn, "node-a", false)]
    [TestCase("metadata.name", NodeSelectorOperator.Exists, null, false)]
    [TestCase("metadata.uid", NodeSelectorOperator.In, "node-a", false)]
    public void Fields_are_compared_as_core_v1_does(string key, NodeSelectorOperator op, string? values, bool expected) =>
        Assert.That(NodeSelectors.Matches(Field(key, op, values?.Split(',') ?? []), Node), Is.EqualTo(expected));

    [Test]
    public void An_empty_term_matches_nothing() => Assert.That(NodeSelectors.Matches(new NodeSelectorTerm(), Node), Is.False);

    [Test]
    public void All_requirements_of_a_term_must_hold()
    {
        NodeSelectorTerm label = Label("zone", NodeSelectorOperator.In, "z1");
        NodeSelectorTerm right = label with { MatchFields = Field("metadata.name", NodeSelectorOperator.In, "node-a").MatchFields };
        NodeSelectorTerm wrong = label with { MatchFields = Field("metadata.name", NodeSelectorOperator.In, "node-b").MatchFields };
        Assert.That(NodeSelectors.Matches(right, Node), Is.True);
        Assert.That(NodeSelectors.Matches(wrong, Node), Is.False);
    }

    [Test]
    public void A_node_selector_wants_every_label_with_its_value()
    {
        Assert.That(NodeSelectors.MatchesSelector(LabelSet.Empty, Node), Is.True);
        Assert.That(NodeSelectors.MatchesSelector(LabelSet.Of(("zone", "z1"), ("empty", "")), Node), Is.True);
        Assert.That(NodeSelectors.MatchesSelector(LabelSet.Of(("zone", "z1"), ("other", "")), Node), Is.False);
        Assert.That(NodeSelectors.MatchesSelector(LabelSet.Of(("zone", "Z1")), Node), Is.False);
    }
}
