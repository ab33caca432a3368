using System.Collections.Frozen;

namespace GpuScheduler.Cluster.Tests;

public sealed class DomainTreeTests
{
    private static readonly TopologyLevels Levels = new(["zone", "rack", "clique"]);

    [Test]
    public void Random_labels_make_a_tree_in_which_every_node_is_where_its_labels_say([Range(0, 19)] int seed)
    {
        Random random = new(seed);
        ClusterWriter writer = new(TieKeys.Seeded(1));
        DomainTree? tree = null;
        for (int round = 0; round < 8; round++)
        {
            writer.SetNodes(Enumerable.Range(0, random.Next(1, 40)).Select(_ => RandomNode(random)));
            writer.RemoveNode($"n{random.Next(100)}");
            tree = DomainTree.Of(writer.Working, Levels, TopologyOverlay.Empty, tree);
            tree.AssertInvariants(writer.Working);
        }
    }

    [Test]
    public void An_update_that_leaves_the_labels_alone_leaves_the_tree_alone()
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        Node node = new() { Name = "n", Labels = LabelSet.Of(("zone", "a")) };
        writer.SetNodes(node);
        DomainTree tree = DomainTree.Of(writer.Working, Levels, TopologyOverlay.Empty);
        writer.SetNodes(node with { Unschedulable = true });
        Assert.That(DomainTree.Of(writer.Working, Levels, TopologyOverlay.Empty, tree), Is.SameAs(tree));
        writer.SetNodes(node with { Labels = LabelSet.Of(("zone", "b")) });
        Assert.That(DomainTree.Of(writer.Working, Levels, TopologyOverlay.Empty, tree), Is.Not.SameAs(tree));
    }

    [Test]
    public void Domains_stand_as_people_number_them_and_an_overlay_counts_before_labels()
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        writer.SetNodes(Enumerable.Range(0, 3).Select(i => new Node { Name = $"n{i}", Labels = LabelSet.Of(("rack", $"r{10 - i}")) }));
        DomainTree tree = DomainTree.Of(writer.Working, Levels, TopologyOverlay.Empty);
        Assert.That(tree.DomainsOf(1).ToArray().Select(tree.PathOf), Is.EqualTo(new[] { "r8", "r9", "r10" }));
        FrozenDictionary<string, string> racks = new Dictionary<string, string> { ["n0"] = "r1" }.ToFrozenDictionary();
        tree = DomainTree.Of(writer.Working, Levels, new TopologyOverlay(new Dictionary<string, FrozenDictionary<string, string>> { ["rack"] = racks }.ToFrozenDictionary()));
        Assert.That(tree.PathOf(tree.DomainAt(0, 1)), Is.EqualTo("r1"));
    }

    private static Node RandomNode(Random random)
    {
        List<(string, string)> labels = [];
        foreach (string key in (string[])["zone", "rack", "clique"])
        {
            if (random.Next(4) > 0)
            {
                labels.Add((key, $"{key[0]}{random.Next(12)}"));
            }
        }

        return new Node { Name = $"n{random.Next(100)}", Labels = LabelSet.Of([.. labels]) };
    }
}
