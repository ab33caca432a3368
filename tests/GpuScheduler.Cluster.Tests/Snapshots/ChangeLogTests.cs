namespace GpuScheduler.Cluster.Tests;

public sealed class ChangeLogTests
{
    [Test]
    public void Names_every_node_that_changes_in_the_working_state_in_order_and_a_block_whose_nodes_change()
    {
        ClusterWriter writer = TestCluster.Of(Enumerable.Range(0, 130).Select(i => TestCluster.NodeOf($"n{i}")));
        PodClass podClass = writer.ClassOf();
        Pod one = TestCluster.PodOf("one"), two = TestCluster.PodOf("two");
        ChangeLog log = writer.Working.Log!;
        long start = log.Count;
        writer.Working.Place(7, one, podClass, DeviceSet.Empty);
        int mark = writer.Working.Mark();
        writer.Working.Place(100, two, podClass, DeviceSet.Empty);
        writer.Working.RollBack(mark);
        writer.Publish();
        writer.Working.Remove(7, one);
        writer.SetNodes(writer.Working.NodeAt(129));

        Assert.That(Enumerable.Range(0, (int)(log.Count - start)).Select(i => log[start + i]), Is.EqualTo(new[] { 7, 100, 100, 7, 128 }));
    }

    [Test]
    public void Keeps_as_many_changes_as_it_says()
    {
        ClusterWriter writer = TestCluster.Of(Enumerable.Range(0, 3).Select(i => TestCluster.NodeOf($"n{i}")));
        PodClass podClass = writer.ClassOf();
        ChangeLog log = writer.Working.Log!;
        List<int> nodes = [];
        for (int i = 0; i < ChangeLog.Capacity + 100; i++)
        {
            nodes.Add(i % 3);
            int mark = writer.Working.Mark();
            writer.Working.Place(i % 3, TestCluster.PodOf("p"), podClass, DeviceSet.Empty);
            if (i % 2 == 0)
            {
                nodes.Add(i % 3);
                writer.Working.RollBack(mark);
            }
        }

        Assert.That(
            Enumerable.Range(1, ChangeLog.Capacity).Select(back => log[log.Count - back]),
            Is.EqualTo(Enumerable.Range(1, ChangeLog.Capacity).Select(back => nodes[^back])));
    }

    [Test]
    public void Snapshots_and_forks_have_none()
    {
        ClusterWriter writer = TestCluster.Of(Enumerable.Range(0, 3).Select(i => TestCluster.NodeOf($"n{i}")));
        Assert.That((writer.Head.Log, writer.Fork().Log), Is.EqualTo(((ChangeLog?)null, (ChangeLog?)null)));
    }
}
