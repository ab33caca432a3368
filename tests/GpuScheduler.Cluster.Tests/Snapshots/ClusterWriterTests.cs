namespace GpuScheduler.Cluster.Tests;

public sealed class ClusterWriterTests
{
    [Test]
    public void A_commit_is_refused_where_another_pod_came_to_a_node_that_it_uses_and_names_that_node()
    {
        ClusterWriter cluster = TestCluster.Of(TestCluster.NodeOf("a"), TestCluster.NodeOf("b"));
        Draft one = cluster.Fork(), two = cluster.Fork(), elsewhere = cluster.Fork();
        one.PlaceWithoutDevices(1, TestCluster.PodOf("one"), cluster.ClassOf());
        two.PlaceWithoutDevices(0, TestCluster.PodOf("two"), cluster.ClassOf());
        two.PlaceWithoutDevices(1, TestCluster.PodOf("three"), cluster.ClassOf());
        elsewhere.PlaceWithoutDevices(0, TestCluster.PodOf("four"), cluster.ClassOf());
        Assert.That(cluster.Commit(one), Is.EqualTo(new CommitResult(true, -1)));
        Assert.That(cluster.Commit(two), Is.EqualTo(new CommitResult(false, 1)));
        Assert.That(cluster.Working.Blocks[0].Requested(Vocabulary.PodsId)[0], Is.Zero, "all or nothing");
        Assert.That(cluster.Commit(elsewhere).IsCommitted, "the same block, but another node");
        Assert.That(cluster.Commit(elsewhere).IsCommitted, Is.False, "once is enough");
    }

    [Test]
    public void A_new_node_takes_the_place_of_one_that_is_gone_but_not_its_pods_or_its_drafts()
    {
        ClusterWriter cluster = TestCluster.Of(Enumerable.Range(0, 70).Select(i => TestCluster.NodeOf($"n{i}")));
        Draft draft = cluster.Fork();
        draft.PlaceWithoutDevices(65, TestCluster.PodOf("p"), cluster.ClassOf());
        cluster.Working.PlaceWithoutDevices(65, TestCluster.PodOf("q"), cluster.ClassOf());
        Assert.That(cluster.RemoveNode("n65"));
        Assert.That(cluster.RemoveNode("n65"), Is.False);
        cluster.Working.AssertInvariants();
        cluster.SetNodes(TestCluster.NodeOf("new"));
        Assert.That(cluster.Working.Directory.TryFind("new", out int node) ? node : -1, Is.EqualTo(65));
        Assert.That(cluster.Working.BlockOf(65).Requested(Vocabulary.PodsId)[1], Is.Zero);
        Assert.That(cluster.Commit(draft), Is.EqualTo(new CommitResult(false, 65)));
        cluster.Working.AssertInvariants();
    }

    [Test]
    public void Publishing_nothing_new_publishes_nothing_and_shares_what_has_not_changed()
    {
        ClusterWriter cluster = TestCluster.Of(Enumerable.Range(0, 70).Select(i => TestCluster.NodeOf($"n{i}")));
        Snapshot before = cluster.Head;
        Assert.That(cluster.Publish(), Is.SameAs(before));
        cluster.Working.PlaceWithoutDevices(0, TestCluster.PodOf("p"), cluster.ClassOf());
        Snapshot after = cluster.Publish();
        Assert.That(after.Revision, Is.EqualTo(before.Revision + 1));
        Assert.That(after.Blocks[0], Is.Not.SameAs(before.Blocks[0]));
        Assert.That(after.Blocks[1], Is.SameAs(before.Blocks[1]));
    }

    [Test]
    public void Nodes_that_cannot_be_read_to_the_end_change_nothing()
    {
        static IEnumerable<Node> Broken()
        {
            yield return TestCluster.NodeOf("b");
            throw new FormatException();
        }

        ClusterWriter cluster = TestCluster.Of(TestCluster.NodeOf("a"));
        Assert.That(() => cluster.SetNodes(Broken()), Throws.TypeOf<FormatException>());
        cluster.SetNodes(TestCluster.NodeOf("c"));
        cluster.Working.AssertInvariants();
        Assert.That(cluster.Working.NodeCount, Is.EqualTo(2));
    }
}
