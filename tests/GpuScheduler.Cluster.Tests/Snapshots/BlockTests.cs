namespace GpuScheduler.Cluster.Tests;

public sealed class BlockTests
{
    [Test]
    public void A_pod_whose_devices_nobody_knows_breaks_no_invariant()
    {
        ClusterWriter cluster = TestCluster.Of(TestCluster.NodeOf("a", devices: 1));
        cluster.Working.PlaceWithoutDevices(0, TestCluster.PodOf("p"), cluster.ClassOf(devices: 1, milli: 1000));
        Assert.That(cluster.Working.AssertInvariants, Throws.Nothing);
        Assert.That(cluster.Working.Blocks[0].WholeFree[0], Is.EqualTo(1));
    }

    [Test]
    public void Pods_hold_their_devices_again_when_a_node_lost_them_for_a_while()
    {
        ClusterWriter cluster = TestCluster.Of(TestCluster.NodeOf("a", devices: 2));
        cluster.Working.Place(0, TestCluster.PodOf("p"), cluster.ClassOf(devices: 1, milli: 600), DeviceSet.Only(1));
        cluster.SetNodes(TestCluster.NodeOf("a", devices: 0));
        Assert.That(cluster.Working.Only(0), Has.Property(nameof(Placement.Devices)).EqualTo(DeviceSet.Empty)
            .And.Property(nameof(Placement.Missing)).EqualTo(DeviceSet.Only(1)));
        cluster.Working.AssertInvariants();

        cluster.SetNodes(TestCluster.NodeOf("a", devices: 2));
        Assert.That(cluster.Working.Only(0).Devices, Is.EqualTo(DeviceSet.Only(1)));
        Assert.That(cluster.Working.Blocks[0].FreeMilliOf(0, 1), Is.EqualTo(400));
        cluster.Working.AssertInvariants();
    }

    [Test]
    public void A_pod_keeps_the_devices_that_its_node_did_not_lose()
    {
        ClusterWriter cluster = TestCluster.Of(TestCluster.NodeOf("a", devices: 4));
        cluster.Working.Place(0, TestCluster.PodOf("p"), cluster.ClassOf(devices: 2, milli: 1000), new DeviceSet(0b1100));
        cluster.SetNodes(TestCluster.NodeOf("a", devices: 3));
        Assert.That(cluster.Working.Only(0).Devices, Is.EqualTo(DeviceSet.Only(2)));
        Assert.That(cluster.Working.Blocks[0].WholeFree[0], Is.EqualTo(2));
        cluster.Working.AssertInvariants();
    }

    [Test]
    public void What_a_node_lost_comes_back_only_with_another_state_of_that_node()
    {
        Node small = TestCluster.NodeOf("a", devices: 1, memoryMiB: 20);
        ClusterWriter cluster = TestCluster.Of(TestCluster.NodeOf("a", devices: 1), TestCluster.NodeOf("b"));
        PodClass podClass = cluster.ClassOf(devices: 1, memoryMiB: 20);
        Pod first = TestCluster.PodOf("first");
        cluster.Working.Place(0, first, podClass, DeviceSet.Only(0));
        cluster.Working.Place(0, TestCluster.PodOf("second"), podClass, DeviceSet.Only(0));
        cluster.SetNodes(small);
        cluster.Working.Remove(0, first);
        long stamp = cluster.Working.Blocks[0].NodeStamps[0];
        cluster.SetNodes(TestCluster.NodeOf("b"));
        Assert.That(cluster.Working.Blocks[0].NodeStamps[0], Is.EqualTo(stamp));
        Assert.That(cluster.Working.Only(0).Missing, Is.EqualTo(DeviceSet.Only(0)), "the node has not changed");
        cluster.SetNodes(small with { Unschedulable = true });
        Assert.That(cluster.Working.Only(0).Devices, Is.EqualTo(DeviceSet.Only(0)));
    }

    [Test]
    public void An_image_named_twice_on_a_node_is_there_once()
    {
        Node node = TestCluster.NodeOf("a") with { Images = [new(["x", "y"], 5), new(["x"], 6)] };
        ClusterWriter cluster = TestCluster.Of(node, TestCluster.NodeOf("b") with { Images = [new(["x"], 6)] });
        int x = cluster.Vocabulary.Images.Intern("x");
        Assert.That(cluster.Head.Images.NodesWith(x), Is.EqualTo(2));
        Assert.That(
            cluster.Head.Blocks[0].Nodes.Images.Where(i => i.Image == x),
            Is.EqualTo(new[] { new ImageGroup(x, 5, 0b01), new ImageGroup(x, 6, 0b10) }));
    }
}
