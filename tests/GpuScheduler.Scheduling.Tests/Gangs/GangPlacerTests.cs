using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Plugins;

namespace GpuScheduler.Scheduling.Tests;

public sealed class GangPlacerTests
{
    private const string Rack = "topology.kubernetes.io/rack", Zone = "topology.kubernetes.io/zone";

    private static readonly TopologyLevels Levels = new([Zone, Rack]);

    [Test]
    public void A_gang_goes_into_the_rack_with_the_least_room_that_takes_it()
    {
        // Racks of 4, 3 and 2 nodes: three pods fit the first two, and the second leaves the larger gap whole.
        ClusterWriter writer = Cluster(("r0", 4), ("r1", 3), ("r2", 2));
        GangPlacement answer = Place(writer, Gang(writer, 3));
        Assert.That(answer.Outcome, Is.EqualTo(GangOutcome.Placed));
        Assert.That((answer.Level, answer.Domain), Is.EqualTo((Rack, "z/r1")));
    }

    [Test]
    public void Where_no_rack_takes_it_the_fewest_racks_do_and_ranks_lie_side_by_side()
    {
        ClusterWriter writer = Cluster(("r0", 2), ("r1", 4), ("r2", 3), ("r3", 1));
        GangPlacement answer = Place(writer, Gang(writer, 5));
        string[] racks = [.. answer.Members.Select(m => writer.Working.NodeAt(m.Node).Labels[Rack])];
        Assert.That(racks, Is.EqualTo(new[] { "r1", "r1", "r1", "r1", "r3" }));
        Assert.That(answer.Members.Select(m => m.Member.Pod.Name), Is.EqualTo(Enumerable.Range(0, 5).Select(i => $"p{i}")));
        Assert.That((answer.Level, answer.Domain), Is.EqualTo((Zone, "z")));
    }

    [TestCase(5, Rack, "fits in no rack: best rack z/r1 holds 3 of 5")]
    [TestCase(9, null, "fits nowhere: the cluster holds 5 of 9")]
    [TestCase(2, "no/such-label", "no node has the label no/such-label")]
    public void A_gang_that_cannot_fit_is_told_how_near_it_came_and_leaves_nothing_behind(int pods, string? level, string message)
    {
        ClusterWriter writer = Cluster(("r0", 2), ("r1", 3));
        GangPlacement answer = Place(writer, Gang(writer, pods, level));
        Assert.That((answer.Outcome, answer.Message), Is.EqualTo((GangOutcome.CannotFit, message)));
        Assert.That(writer.Working.Blocks[0].TotalFree[..5].ToArray(), Has.All.EqualTo(8_000));
    }

    [Test]
    public void A_gang_with_fewer_pods_than_it_needs_waits_for_them()
    {
        ClusterWriter writer = Cluster(("r0", 4));
        GroupUnit gang = Gang(writer, 3);
        GangPlacement answer = Place(writer, gang with { Group = gang.Group with { MinPods = 4 } });
        Assert.That((answer.Outcome, answer.Message), Is.EqualTo((GangOutcome.CannotFit, "needs 4 pods, 3 exist")));
    }

    [Test]
    public void Pods_above_the_minimum_are_placed_as_far_as_there_is_room()
    {
        ClusterWriter writer = Cluster(("r0", 2), ("r1", 3));
        GroupUnit gang = Gang(writer, 8);
        GangPlacement answer = Place(writer, gang with { Group = gang.Group with { MinPods = 3 } });
        Assert.That(answer.Members, Has.Length.EqualTo(5));
        Assert.That(answer.Members.Take(3).Select(m => writer.Working.NodeAt(m.Node).Labels[Rack]), Has.All.EqualTo("r1"));
    }

    [Test]
    public void A_gang_that_runs_already_in_part_keeps_its_rack()
    {
        ClusterWriter writer = Cluster(("r0", 2), ("r1", 4));
        GroupUnit gang = Gang(writer, 3, Rack);
        GangMember first = gang.Members[0];
        writer.Working.Place(0, first.Pod, first.Class, DeviceSet.First(8));
        GangPlacement answer = Place(writer, gang with { Members = gang.Members.SetItem(0, first with { Node = 0 }) });
        Assert.That((answer.Outcome, answer.Message), Is.EqualTo((GangOutcome.CannotFit, "fits in no rack: best rack z/r0 holds 1 of 2")));
    }

    [Test]
    public void Racks_of_one_name_in_two_zones_are_two_racks()
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        writer.SetNodes(Enumerable.Range(0, 4).Select(i => Node(i, "r", i < 2 ? "a" : "b")));
        Assert.That(Place(writer, Gang(writer, 3, Rack)).Message, Is.EqualTo("fits in no rack: best rack a/r holds 2 of 3"));
    }

    [Test]
    public void A_search_that_ends_at_its_limit_says_so()
    {
        // Each group fits alone, but beside three fives one node is left, which takes two fours: counts by group do not show it.
        ClusterWriter writer = Cluster(("r0", 4));
        PodClass five = Class(writer, 5), four = Class(writer, 4), two = Class(writer, 2);
        GroupUnit gang = new(new GangGroup(), [Gang(five, 3, null, "a"), Gang(four, 3, null, "b"), Gang(two, 2, null, "c")], []);
        GangPlacement limited = new GangPlacer(new Evaluator(Profile()), Levels, new GangPlacerOptions { SearchLimit = 2 }).Place(gang, writer.Working, 0);
        Assert.That(limited.Outcome, Is.EqualTo(GangOutcome.LimitReached));
        Assert.That(limited.Message, Does.StartWith("not found within ").And.Contain("8 pods needed"));
        Assert.That(Place(writer, gang).Outcome, Is.EqualTo(GangOutcome.CannotFit));
    }

    [Test]
    public void Only_the_nodes_that_are_allowed_are_used()
    {
        ClusterWriter writer = Cluster(("r0", 2), ("r1", 4));
        NodeSet only = NodeSet.Where(writer.Working, n => n.Labels[Rack] == "r0");
        GangPlacer placer = new(new Evaluator(Profile()), Levels, new GangPlacerOptions());
        Assert.That(placer.Place(Gang(writer, 3), writer.Working, 0, only).Outcome, Is.EqualTo(GangOutcome.CannotFit));
        Assert.That(placer.Place(Gang(writer, 2), writer.Working, 0, only).Members.Select(m => m.Node), Is.EquivalentTo(new[] { 0, 1 }));
    }

    [Test]
    public void Groups_that_must_be_apart_take_a_rack_each()
    {
        ClusterWriter writer = Cluster(("r0", 4), ("r1", 4));
        PodClass podClass = Class(writer, 8);
        GroupUnit gang = new(new GangGroup { SpreadLevel = Rack }, [Gang(podClass, 2, null, "a"), Gang(podClass, 2, null, "b")], []);
        GangPlacement answer = Place(writer, gang);
        Assert.That(answer.Members.Select(m => writer.Working.NodeAt(m.Node).Labels[Rack]).ToArray(), Is.EqualTo(new[] { "r0", "r0", "r1", "r1" })
            .Or.EqualTo(new[] { "r1", "r1", "r0", "r0" }));
    }

    [Test]
    public void What_is_remembered_of_earlier_gangs_changes_no_placement([Range(0, 7)] int seed)
    {
        Random random = new(seed);
        ClusterWriter writer = Cluster([.. Enumerable.Range(0, 30).Select(i => ($"r{i}", random.Next(1, 9)))]);
        Profile profile = BuiltInPlugins.DefaultProfile(TestCluster.SchedulerName);
        GangPlacer used = new(new Evaluator(profile), Levels, new GangPlacerOptions());
        List<GangPlacement> running = [];
        for (int step = 0; step < 150; step++)
        {
            if (running.Count > 0 && random.Next(3) == 0)
            {
                int ended = random.Next(running.Count);
                foreach (MemberPlacement member in running[ended].Members)
                {
                    writer.Working.Remove(member.Node, member.Member.Pod);
                }

                running.RemoveAt(ended);
            }

            int pods = random.Next(1, 13);
            GroupUnit gang = Gang(Class(writer, 1 << random.Next(4)), pods, random.Next(3) == 0 ? Rack : null, $"g{step}");
            gang = gang with { Group = gang.Group with { MinPods = random.Next(1, pods + 1), PreferredLevel = random.Next(4) == 0 ? Zone : null } };
            int mark = writer.Working.Mark();
            GangPlacement expected = new GangPlacer(new Evaluator(profile), Levels, new GangPlacerOptions()).Place(gang, writer.Working, 0);
            writer.Working.RollBack(mark);
            GangPlacement answer = used.Place(gang, writer.Working, 0);
            Assert.That((answer.Outcome, answer.Domain, answer.Message), Is.EqualTo((expected.Outcome, expected.Domain, expected.Message)), $"step {step}");
            Assert.That(answer.Members, Is.EqualTo(expected.Members), $"step {step}");
            if (answer.Outcome == GangOutcome.Placed)
            {
                running.Add(answer);
            }
        }
    }

    [Test]
    public void Best_fit_on_the_level_that_is_asked_for_goes_where_the_least_room_is_there()
    {
        // Zone a: racks of 2 and 3; zone b: a rack of 4. Two pods: the narrowest domain is the rack of 2 in a; of the zones b has the least room.
        GangPlacement Placed(GangStrategy strategy)
        {
            ClusterWriter writer = new(TieKeys.Seeded(1));
            writer.SetNodes(Enumerable.Range(0, 9).Select(i => Node(i, i < 2 ? "r0" : i < 5 ? "r1" : "r2", i < 5 ? "a" : "b")));
            return new GangPlacer(new Evaluator(Profile()), Levels, new GangPlacerOptions { Strategy = strategy }).Place(Gang(writer, 2, Zone), writer.Working, 0);
        }

        Assert.That(Placed(GangStrategy.NarrowestDomain).Domain, Is.EqualTo("a/r0"));
        Assert.That(Placed(GangStrategy.BestFit).Domain, Is.EqualTo("b/r2"));
    }

    [Test]
    public void Pod_by_pod_each_goes_where_the_scores_put_it_within_what_is_required()
    {
        ClusterWriter writer = new(TieKeys.Listed(Enumerable.Range(0, 6).ToDictionary(i => $"n{i}", i => i, StringComparer.Ordinal)));
        writer.SetNodes(Enumerable.Range(0, 6).Select(i => Node(i, i < 2 ? "r0" : "r1", "z")));
        GangPlacer placer = new(
            new Evaluator(BuiltInPlugins.ProfileWith(TestCluster.SchedulerName, new GpuFirstFit())), Levels, new GangPlacerOptions { Strategy = GangStrategy.PodByPod });
        int[] Nodes(GroupUnit gang)
        {
            int mark = writer.Working.Mark();
            GangPlacement placement = placer.Place(gang, writer.Working, 0);
            writer.Working.RollBack(mark);
            return [.. placement.Members.Select(m => m.Node)];
        }

        Assert.That(Nodes(Gang(writer, 3)), Is.EqualTo(new[] { 0, 1, 2 }), "the first nodes by name, over racks");
        Assert.That(Nodes(Gang(writer, 3, Rack)), Is.EqualTo(new[] { 2, 3, 4 }), "the first rack is too small");
        GangPlacement none = placer.Place(Gang(writer, 5, Rack), writer.Working, 0);
        Assert.That((none.Outcome, none.Members.Length), Is.EqualTo((GangOutcome.CannotFit, 0)));
        Assert.That(writer.Working.BlockOf(2).TotalFree[2], Is.EqualTo(8000), "what did not fit is taken back");
    }

    private static Profile Profile() => BuiltInPlugins.ProfileWith(TestCluster.SchedulerName, new GpuPacking());

    private static GangPlacement Place(ClusterWriter writer, GroupUnit gang) =>
        new GangPlacer(new Evaluator(Profile()), Levels, new GangPlacerOptions()).Place(gang, writer.Working, 0);

    private static ClusterWriter Cluster(params (string Rack, int Nodes)[] racks)
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        writer.SetNodes(racks.SelectMany(r => Enumerable.Repeat(r.Rack, r.Nodes)).Select((rack, i) => Node(i, rack, "z")));
        return writer;
    }

    private static Node Node(int i, string rack, string zone) => new()
    {
        Name = $"n{i}",
        Labels = LabelSet.Of((Zone, zone), (Rack, rack)),
        Allocatable = ResourceList.Of((ResourceNames.Cpu, 64_000), (ResourceNames.Pods, 110)),
        Shape = DeviceShape.Uniform("H100", 8),
    };

    private static PodClass Class(ClusterWriter writer, int gpus) => writer.Classes.Intern(TestCluster.Spec(devices: gpus));

    private static GroupUnit Gang(ClusterWriter writer, int pods, string? level = null) => Gang(Class(writer, 8), pods, level, "");

    private static GroupUnit Gang(PodClass podClass, int pods, string? level, string name) => new(
        new GangGroup { Name = name, MinPods = pods, RequiredLevel = level },
        [],
        [.. Enumerable.Range(0, pods).Select(i => new GangMember(new Pod { Name = $"{name}p{i}", Spec = podClass.Spec }, podClass))]);
}
