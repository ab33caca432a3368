namespace GpuScheduler.Cluster.Tests;

public sealed class DraftTests
{
    private static readonly Pod Pod = TestCluster.PodOf("p");

    [Test]
    public void A_mark_is_refused_once_what_was_done_since_is_published_settled_reset_or_rolled_back()
    {
        ClusterWriter cluster = TestCluster.Of(TestCluster.NodeOf("a"));
        Draft fork = cluster.Fork();
        (Draft Draft, Action End)[] cases =
        [
            (cluster.Working, () => cluster.Publish()),
            (cluster.Working, cluster.Working.Settle),
            (cluster.Working, () => cluster.SetNodes(TestCluster.NodeOf("a"))),
            (fork, () => fork.Reset(cluster.Head)),
        ];
        foreach ((Draft draft, Action end) in cases)
        {
            int before = draft.Mark();
            draft.PlaceWithoutDevices(0, Pod, cluster.ClassOf());
            int after = draft.Mark();
            end();
            Assert.That(() => draft.RollBack(before), Throws.InvalidOperationException);
            draft.PlaceWithoutDevices(0, Pod, cluster.ClassOf());
            draft.RollBack(after);
            Assert.That(() => draft.RollBack(after + 1), Throws.InvalidOperationException);
        }
    }

    [Test]
    public void Nothing_is_taken_back_that_was_done_on_a_node_that_is_gone()
    {
        ClusterWriter cluster = TestCluster.Of(TestCluster.NodeOf("a"), TestCluster.NodeOf("b"));
        int mark = cluster.Working.Mark();
        cluster.Working.PlaceWithoutDevices(0, Pod, cluster.ClassOf());
        cluster.RemoveNode("a");
        Assert.That(() => cluster.Working.RollBack(mark), Throws.InvalidOperationException.With.Message.Contains("take a new mark"));
        cluster.Working.AssertInvariants();
    }

    [Test]
    public void The_working_state_cannot_start_over_and_a_fork_cannot_settle()
    {
        ClusterWriter cluster = TestCluster.Of(TestCluster.NodeOf("a"));
        Assert.That(() => cluster.Working.Reset(cluster.Head), Throws.InvalidOperationException);
        Assert.That(cluster.Fork().Settle, Throws.InvalidOperationException);
    }

    [Test]
    public void A_draft_stays_with_its_cluster()
    {
        ClusterWriter cluster = TestCluster.Of(TestCluster.NodeOf("a")), other = TestCluster.Of(TestCluster.NodeOf("a"));
        Assert.That(() => cluster.Fork().Reset(other.Head), Throws.ArgumentException);
        Assert.That(() => cluster.Commit(other.Fork()), Throws.ArgumentException);
        Assert.That(() => cluster.Commit(cluster.Working), Throws.ArgumentException);
    }

    [Test]
    public void There_is_no_placing_where_no_node_is([Values(-1, 1, 64)] int node)
    {
        Draft draft = TestCluster.Of(TestCluster.NodeOf("a")).Fork();
        Assert.That(() => draft.PlaceWithoutDevices(node, Pod, null!), Throws.InvalidOperationException.With.Message.Contains("no node"));
        Assert.That(() => draft.Remove(node, Pod), Throws.InvalidOperationException.With.Message.Contains("no node"));
    }
}
