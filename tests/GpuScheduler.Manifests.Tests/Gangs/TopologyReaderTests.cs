using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests.Tests;

public sealed class TopologyReaderTests
{
    [TestCase("kai.scheduler/v1alpha1")]
    [TestCase("kueue.x-k8s.io/v1beta2")]
    public void A_topology_names_levels_from_broad_to_narrow(string version)
    {
        TopologyObjects topology = Read($"{{apiVersion: {version}, kind: Topology, metadata: {{name: dc}}, spec: {{levels: [{{nodeLabel: block}}, {{nodeLabel: rack}}, {{nodeLabel: kubernetes.io/hostname}}]}}}}");
        Assert.That(topology.Named.Single().Problems, Is.Empty);
        Assert.That(topology.LabelLevels(new TopologyLevels(["zone"])).Keys, Is.EqualTo(new[] { "zone", "block", "rack", "kubernetes.io/hostname" }));
    }

    [TestCase("[]", "spec.levels: has 0 levels")]
    [TestCase("[{nodeLabel: a}, {nodeLabel: a}]", "spec.levels: has one nodeLabel twice")]
    [TestCase("[{nodeLabel: kubernetes.io/hostname}, {nodeLabel: a}]", "spec.levels: has kubernetes.io/hostname before others")]
    [TestCase("[{nodeLabel: ''}]", "spec.levels[0].nodeLabel: is empty")]
    [TestCase("[{}]", "spec.levels[0].nodeLabel: is required")]
    public void What_is_wrong_with_a_topology_is_said_and_it_adds_nothing(string levels, string problem)
    {
        NamedTopology topology = Read($"{{apiVersion: kai.scheduler/v1alpha1, kind: Topology, metadata: {{name: dc}}, spec: {{levels: {levels}}}}}").Named.Single();
        Assert.That(topology.Problems, Has.Length.EqualTo(1).And.One.StartsWith(problem));
        Assert.That(topology.Levels, Is.Null);
    }

    [Test]
    public void Hyper_nodes_become_domains_of_nodes()
    {
        ClusterManifest manifest = Clusters.Read("""
            apiVersion: topology.volcano.sh/v1alpha1
            kind: HyperNode
            metadata: {name: leaf}
            spec:
              tier: 1
              members:
              - {type: Node, selector: {exactMatch: {name: n}}}
              - {type: Node, selector: {regexMatch: {pattern: "^gpu-"}}}
              - {type: Node, selector: {labelMatch: {matchLabels: {rack: r1}, matchExpressions: [{key: old, operator: DoesNotExist}]}}}
            ---
            apiVersion: topology.volcano.sh/v1alpha1
            kind: HyperNode
            metadata: {name: spine}
            spec: {tier: 2, tierName: Spine, members: [{type: HyperNode, selector: {exactMatch: {name: leaf}}}]}
            ---


            """ + Clusters.NodeText());
        Node[] nodes = [manifest.Nodes.Single(), new() { Name = "gpu-1" }, new() { Name = "x", Labels = LabelSet.Of(("rack", "r1")) }, new() { Name = "y", Labels = LabelSet.Of(("rack", "r1"), ("old", "")) }];
        ObjectTopology topology = manifest.Topology.On(nodes);
        Assert.That(topology.Problems, Is.Empty);
        Assert.That(nodes.Select(n => topology.Overlay.ValueOf("topology.volcano.sh/tier-name-Spine", n)), Is.EqualTo(new[] { "spine", "spine", "spine", null }));
    }

    [Test]
    public void What_is_wrong_with_a_hyper_node_is_said_and_its_other_members_count()
    {
        HyperNode hyperNode = Read("""
            apiVersion: topology.volcano.sh/v1alpha1
            kind: HyperNode
            metadata: {name: h}
            spec:
              members:
              - {type: Node, selector: {exactMatch: {name: a}}}
              - {type: Rack, selector: {exactMatch: {name: a}}}
              - {type: Node, selector: {exactMatch: {name: a}, regexMatch: {pattern: b}}}
              - {type: HyperNode, selector: {labelMatch: {matchLabels: {a: b}}}}
              - {selector: {}}
            """).HyperNodes.Single();
        Assert.That(hyperNode.Members, Has.Length.EqualTo(1));
        Assert.That(hyperNode.Problems, Is.SupersetOf(new[]
        {
            "spec.tier: is required; add it",
            "spec.members[1].type: \"Rack\" is unknown; write Node or HyperNode",
            "spec.members[2].selector: has 2 of exactMatch, regexMatch and labelMatch; write one of them",
            "spec.members[3].selector.labelMatch: is for nodes only; write exactMatch or regexMatch",
        }));
    }

    [Test]
    public void Layers_of_koordinator_are_read() => Assert.That(
        Read("""
            apiVersion: scheduling.koordinator.sh/v1alpha1
            kind: ClusterNetworkTopology
            metadata: {name: default}
            spec:
              networkTopologySpec:
              - {topologyLayer: spine, labelKey: [s]}
              - {topologyLayer: block, parentTopologyLayer: spine, labelKey: [b1, b2]}
            """).On([]).Levels,
        Is.EqualTo(new[] { "topology.koordinator.sh/spine", "topology.koordinator.sh/block" }));

    private static TopologyObjects Read(string text) => Clusters.Read(text).Topology;
}
