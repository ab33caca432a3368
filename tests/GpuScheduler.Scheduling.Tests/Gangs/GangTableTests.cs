using System.Collections.Immutable;
using GpuScheduler.Cluster;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Scheduling.Tests;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GangTableTests
{
    private readonly ManualBindings _bindings = new();

    [Test]
    public void Pods_go_to_the_group_that_they_name_and_each_group_needs_its_own()
    {
        Scheduler scheduler = Make(3);
        scheduler.SetGang(TestGangs.Object("serve", 4, new GangGroup { Name = "prefill", MinPods = 1 }, new GangGroup { Name = "decode", MinPods = 3 }));
        for (int i = 0; i < 4; i++)
        {
            scheduler.Enqueue(TestGangs.Pod("serve", i, group: i < 2 ? "prefill" : "decode"));
        }

        Assert.That(Wait(scheduler, "serve"), Is.EqualTo("group \"decode\" has 2 of 3 pods"));
        scheduler.Enqueue(TestGangs.Pod("serve", 4, group: "decode"));
        Assert.That(Wait(scheduler, "serve"), Is.Empty);
        Assert.That(scheduler.ScheduleOne().Gang!.Members.Count(m => m.IsPlaced), Is.EqualTo(5));
        scheduler.AssertInvariants();
    }

    [Test]
    public void A_pod_of_a_group_that_does_not_exist_is_named()
    {
        Scheduler scheduler = Make(1);
        scheduler.SetGang(TestGangs.Object("serve", 2, new GangGroup { Name = "prefill", MinPods = 1 }, new GangGroup { Name = "decode", MinPods = 1 }));
        scheduler.Enqueue(TestGangs.Pod("serve", 0, group: "prefill"));
        scheduler.Enqueue(TestGangs.Pod("serve", 1, group: "decoder"));
        Assert.That(Wait(scheduler, "serve"), Is.EqualTo("pod default/serve-1 belongs to none of its groups (decode, prefill): it names \"decoder\""));
    }

    [Test]
    public void A_group_that_splits_makes_one_for_each_value_and_each_of_them_must_be_whole()
    {
        Scheduler scheduler = Make(2);
        scheduler.SetGang(TestGangs.Object("parts", 0) with
        {
            Group = new GangGroup { MinPods = 4, Groups = [new GangGroup { MinPods = 2, SplitBy = ["part"] }] },
        });
        for (int i = 0; i < 4; i++)
        {
            scheduler.Enqueue(TestGangs.Pod("parts", i) with { Labels = LabelSet.Of(("part", i < 3 ? "0" : "1")) });
        }

        Assert.That(Wait(scheduler, "parts"), Is.EqualTo("group \"1\" has 1 of 2 pods"));
        scheduler.Enqueue(TestGangs.Pod("parts", 4) with { Labels = LabelSet.Of(("part", "1")) });
        Assert.That(Wait(scheduler, "parts"), Is.Empty);
    }

    [Test]
    public void Objects_under_one_parent_are_one_gang_in_whatever_order_they_come()
    {
        Scheduler scheduler = Make(1);
        scheduler.Enqueue(TestGangs.Pod("a", 0));
        scheduler.Enqueue(TestGangs.Pod("b", 0));
        Assert.That(scheduler.Gangs.Gangs, Has.Count.EqualTo(2));
        GangKey parent = new("compositepodgroups.scheduling.k8s.io", "default", "both");
        scheduler.SetGang(TestGangs.Object("a", 1) with { Parent = parent });
        scheduler.SetGang(TestGangs.Object("b", 2) with { Parent = parent });
        Assert.That(Wait(scheduler, "a"), Does.Contain(parent.ToString()));
        scheduler.SetGang(new GangObject { Key = parent, Group = new GangGroup { MinGroups = 2 } });
        Assert.That(scheduler.Gangs.Gangs.Single().Key, Is.EqualTo(parent));
        scheduler.AssertInvariants();
        Assert.That(scheduler.Gangs.Gangs.Single().Wait, Is.EqualTo("has 2 of 3 pods"));
        scheduler.Enqueue(TestGangs.Pod("b", 1));
        AttemptResult result = scheduler.ScheduleOne();
        Assert.That(result.Gang!.Members.Count(m => m.IsPlaced), Is.EqualTo(3));
        _bindings.FinishAll(scheduler);
        scheduler.RemoveGang(parent);
        Assert.That(scheduler.Gangs.Gangs, Has.Count.EqualTo(2), "each is a gang that waits for its parent");
        scheduler.AssertInvariants();
    }

    [Test]
    public void What_pods_alone_state_is_a_gang_until_an_object_of_its_name_comes()
    {
        Scheduler scheduler = Make(1);
        GangObject implied = TestGangs.Object("train", 2);
        for (int i = 0; i < 2; i++)
        {
            Pod pod = TestGangs.Pod("train", i);
            scheduler.Enqueue(pod with { Gang = pod.Gang! with { Implied = implied } });
        }

        Assert.That(Wait(scheduler, "train"), Is.Empty);
        scheduler.SetGang(TestGangs.Object("train", 3));
        Assert.That(Wait(scheduler, "train"), Is.EqualTo("has 2 of 3 pods"));
        scheduler.RemoveGang(TestGangs.Key("train"));
        Assert.That(Wait(scheduler, "train"), Is.Empty);
        Assert.That(scheduler.ScheduleOne().IsPlaced);
    }

    [Test]
    public void Gangs_whose_pods_alone_name_a_common_parent_are_one_until_the_pods_of_one_are_gone()
    {
        Scheduler scheduler = Make(1);
        GangKey parent = new("gang.scheduling.koordinator.sh/groups", "default", "a,b");
        GangObject whole = new() { Key = parent, Group = new GangGroup { MinGroups = 2 } };
        Pod[] pods =
        [
            .. new[] { "a", "b" }.Select(name => TestGangs.Pod(name, 0) with
            {
                Gang = new GangMembership(TestGangs.Key(name)) { Implied = TestGangs.Object(name, 1) with { Parent = parent, ImpliedParent = whole } },
            }),
        ];
        scheduler.Enqueue(pods[0]);
        Assert.That(scheduler.Gangs.Gangs.Single() is { Key: var key, Wait: not "" } && key == parent);
        scheduler.Enqueue(pods[1]);
        Assert.That(scheduler.Gangs.Gangs.Single().Wait, Is.Empty);
        scheduler.Abandon(pods[0]);
        scheduler.AssertInvariants();
        Assert.That(scheduler.Gangs.Gangs.Single().Wait, Is.Not.Empty);
        scheduler.Enqueue(pods[0]);
        Assert.That(scheduler.ScheduleOne().Gang!.Members, Has.Length.EqualTo(2));
        _bindings.FinishAll(scheduler);
        scheduler.AssertInvariants();
    }

    [Test]
    public void Pods_are_placed_in_the_order_of_rank_and_names_without_rank_in_that_of_their_numbers()
    {
        Scheduler scheduler = Make(3);
        scheduler.SetGang(TestGangs.Object("train", 12));
        foreach (int i in new[] { 10, 2, 11, 0, 7, 1, 3, 9, 8, 5, 4, 6 })
        {
            scheduler.Enqueue(TestGangs.Pod("train", i));
        }

        Assert.That(
            scheduler.ScheduleOne().Gang!.Members.Select(m => m.Queued!.Pod.Name),
            Is.EqualTo(Enumerable.Range(0, 12).Select(i => $"train-{i}")));
    }

    [Test]
    public void A_gang_whose_object_is_wrong_says_what_and_is_not_tried()
    {
        Scheduler scheduler = Make(1);
        scheduler.SetGang(TestGangs.Object("train", 1) with { Problems = ImmutableArray.Create("spec.minMember: 3 is more than the 1 pod of it; write 1") });
        scheduler.Enqueue(TestGangs.Pod("train", 0));
        Assert.That(Wait(scheduler, "train"), Does.Contain("spec.minMember: 3 is more"));
        Assert.That(scheduler.ScheduleOne().Queued, Is.Null);
    }

    private static string Wait(Scheduler scheduler, string gang) => scheduler.Gangs.Gangs.Single(g => g.Pods.Any(p => p.Membership.Gang == TestGangs.Key(gang))).Wait;

    private Scheduler Make(int nodes) => new(
        TestCluster.Writer(nodes), [TestCluster.Profile(new RoomFilter(), new TestGangs())], new QueueOptions(), new FakeTimeProvider(), _bindings);
}
