using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins.Tests;

/// <summary>VolumeRestrictions, VolumeBinding and VolumeZone, one case each.</summary>
[TestFixture]
public sealed class VolumePluginTests
{
    private const string OldZone = "failure-domain.beta.kubernetes.io/zone";

    private static readonly VolumeBinding Binding = new(TimeSpan.FromSeconds(1));

    [Test]
    public void Nothing_is_asked_of_nodes_for_pods_without_volumes()
    {
        PodClass pod = new KubeCluster().Class(new PodSpec());
        foreach (IPreFilterPlugin plugin in (IPreFilterPlugin[])[new VolumeRestrictions(), Binding, new VolumeZonePlugin()])
        {
            Assert.That(plugin.PreFilter(pod, new Vocabulary()).Status.Code, Is.EqualTo(StatusCode.Skip), plugin.Name);
        }
    }

    [TestCase("a", "node(s) didn't match PersistentVolume's node affinity")]
    [TestCase("b", "node(s) didn't find available persistent volumes to bind")]
    [TestCase("c", "")]
    [TestCase("d", "node(s) didn't match PersistentVolume's node affinity,node(s) didn't find available persistent volumes to bind")]
    public void A_node_has_every_reason_that_it_gives(string node, string reasons)
    {
        KubeCluster cluster = new(((string[])["a", "b", "c", "d"]).Select(n => Node(n)));
        VolumeNeeds needs = new() { Reachable = [On("b", "c")], Unbound = [new VolumeDemand { Candidates = [new VolumeCandidate(0, On("a", "c"))] }] };
        Assert.That(string.Join(',', cluster.Ask(Binding, new PodSpec { Volumes = needs }, node).Reasons.Order(StringComparer.Ordinal).Reverse()), Is.EqualTo(
            string.Join(',', reasons.Split(',', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).Reverse())));
    }

    [Test]
    public void Two_claims_need_two_volumes_and_the_second_may_be_made()
    {
        KubeCluster cluster = new(Node("one"), Node("two"), Node("made"));
        VolumeDemand small = new() { Candidates = [new VolumeCandidate(0, On("one", "two", "made")), new VolumeCandidate(1, On("two"))] };
        VolumeNeeds needs = new() { Unbound = [small, small with { Provisioned = On("made") }] };
        bool Passes(string node) => cluster.Ask(Binding, new PodSpec { Volumes = needs }, node).Code == StatusCode.Success;
        Assert.That((Passes("one"), Passes("two"), Passes("made")), Is.EqualTo((false, true, true)));
    }

    [Test]
    public void A_claim_that_waits_for_its_volume_on_a_node_keeps_its_pods_there()
    {
        KubeCluster cluster = new(Node("a"), Node("b"));
        VolumeNeeds needs = new() { Unbound = [new VolumeDemand { SelectedNode = "b", Provisioned = [] }] };
        bool Passes(string node) => cluster.Ask(Binding, new PodSpec { Volumes = needs }, node).Code == StatusCode.Success;
        Assert.That((Passes("a"), Passes("b")), Is.EqualTo((false, true)));
    }

    [TestCase(WellKnownLabels.Zone, "x", WellKnownLabels.Zone, "x", true)]
    [TestCase(WellKnownLabels.Zone, "x,y", WellKnownLabels.Zone, "y", true)]
    [TestCase(WellKnownLabels.Zone, "x", WellKnownLabels.Zone, "y", false)]
    [TestCase(WellKnownLabels.Zone, "x", WellKnownLabels.Region, "r", false, TestName = "A node with a region and no zone is in no zone")]
    [TestCase(WellKnownLabels.Zone, "x", "other", "y", true, TestName = "A node without any such label is in all zones")]
    [TestCase(OldZone, "x", WellKnownLabels.Zone, "x", true, TestName = "An older label goes with the current one of a node")]
    [TestCase(OldZone, "x", OldZone, "y", false)]
    [TestCase(WellKnownLabels.Zone, "x", OldZone, "x", false)]
    public void A_volume_in_a_zone_is_for_nodes_of_that_zone(string key, string values, string label, string value, bool passes)
    {
        KubeCluster cluster = new(new Node { Name = "n", Labels = LabelSet.Of((label, value)) });
        VolumeNeeds needs = new() { Zones = [new VolumeZone(key, [.. values.Split(',')])] };
        Verdict verdict = cluster.Ask(new VolumeZonePlugin(), new PodSpec { Volumes = needs }, "n");
        Assert.That(verdict.Code, Is.EqualTo(passes ? StatusCode.Success : StatusCode.UnschedulableAndUnresolvable));
        Assert.That(verdict.Reasons, passes ? Is.Empty : Is.EqualTo(new[] { "node(s) had no available volume zone" }));
    }

    [Test]
    public void Equal_needs_make_one_class_and_others_another()
    {
        KubeCluster cluster = new();
        PodClass Class(string node, string zone) => cluster.Class(new PodSpec { Volumes = new VolumeNeeds { Reachable = [On(node)], Zones = [new VolumeZone(WellKnownLabels.Zone, [zone])] } });
        PodClass first = Class("a", "z"), again = Class("a", "z");
        Assert.That(again, Is.SameAs(first));
        Assert.That(first, Is.Not.SameAs(Class("b", "z")).And.Not.SameAs(Class("a", "y")).And.Not.SameAs(cluster.Class(new PodSpec())));
    }

    private static Node Node(string name) => new() { Name = name, Labels = LabelSet.Of((WellKnownLabels.Hostname, name)) };

    private static ImmutableArray<NodeSelectorTerm> On(params ImmutableArray<string> nodes) =>
        [new NodeSelectorTerm { MatchExpressions = [new NodeSelectorRequirement(WellKnownLabels.Hostname, NodeSelectorOperator.In, nodes)] }];
}
