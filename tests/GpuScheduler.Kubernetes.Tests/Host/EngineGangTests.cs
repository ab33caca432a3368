using GpuScheduler.Cluster;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>Gangs in the engine, from the watch to the binds and back.</summary>
[TestFixture]
internal sealed class EngineGangTests
{
    private const string Rack = EngineRun.Rack;

    [Test]
    public void A_gang_is_assumed_whole_in_one_turn_inside_its_rack_and_bound()
    {
        using EngineRun run = Racks();
        run.Api.Create("filler", EngineRun.Spec(4), "b0", DeviceSet.First(4));
        Add(run, "train", 4, devices: 2, requiredLevel: Rack);
        run.Turn();
        Assert.That(run.On("a0").Keys.Concat(run.On("a1").Keys), Is.EquivalentTo(new[] { "train-0", "train-1", "train-2", "train-3" }), "assumed, the API shows none of it yet");
        run.Settle();
        Assert.That(run.Api.Bound.Select(b => b.Node), Is.EquivalentTo(new[] { "a0", "a0", "a1", "a1" }));
        Assert.That(run.Observer.Lines, Has.Exactly(1).EqualTo("gang gpuscheduler.dev/gang default/train started"));
        AssertAtRest(run);
    }

    [Test]
    public void A_gang_that_lacks_one_GPU_holds_nothing_tells_its_pods_why_and_others_pass_it()
    {
        using EngineRun run = Racks();
        run.Api.Create("filler-a", EngineRun.Spec(1), "a0", DeviceSet.Only(0));
        run.Api.Create("filler-b", EngineRun.Spec(1), "b1", DeviceSet.Only(0));
        Add(run, "train", 8, requiredLevel: Rack);
        run.Settle();
        Assert.That(run.Api.Bound, Is.Empty);
        Assert.That(run.Engine.Scheduler.HeldCount, Is.Zero);
        Assert.That(run.On("a0").Keys.Concat(run.On("a1").Keys), Is.EqualTo(new[] { "filler-a" }));
        for (int i = 0; i < 8; i++)
        {
            string uid = run.Api.Pods.Values.Single(p => p.Pod.Name == $"train-{i}").Pod.Uid;
            Assert.That(run.Engine.Mirror.Find(uid)!.LastFailure, Does.Contain("7 of 8"));
        }

        run.Api.Create("small", EngineRun.Spec(1));
        run.Settle();
        Assert.That(run.Api.Bound.Single().Uid, Is.EqualTo(run.Api.Pods.Values.Single(p => p.Pod.Name == "small").Pod.Uid));
        run.Api.SetNode(EngineRun.Node("b2", rack: "b"));
        run.Settle();
        run.Time.Advance(TimeSpan.FromSeconds(11));
        run.Settle();
        Assert.That(run.Api.Bound.Skip(1).Select(b => b.Node[0]), Is.EqualTo(Enumerable.Repeat('b', 8)));
        AssertAtRest(run);
    }

    [Test]
    public void One_bind_that_is_lost_is_repaired_beside_the_others()
    {
        using EngineRun run = Racks();
        Add(run, "train", 4, devices: 2, requiredLevel: Rack);
        run.Turn();
        SendBinds(run, 4);

        run.Api.AnswerBind(2, BindFate.NotProcessed);
        run.Settle();
        Assert.That(run.Api.Bound, Has.Count.EqualTo(3));
        run.Time.Advance(TimeSpan.FromSeconds(11));
        run.Settle();
        Assert.That(run.Api.Bound.Select(b => b.Node[0]).Distinct().Count(), Is.EqualTo(1), "all in one rack");
        Assert.That(run.Api.Bound, Has.Count.EqualTo(4));
        AssertAtRest(run);
    }

    [Test]
    public void When_one_bind_fails_members_of_which_nothing_was_sent_give_their_places_back_and_wait_as_the_API_shows_them()
    {
        using EngineRun run = Racks();
        Add(run, "train", 4, devices: 2, requiredLevel: Rack);
        run.Turn();
        run.Api.SendBind(0);
        run.Api.AnswerBind(0, BindFate.NotProcessed);
        run.Turn();
        Assert.That(run.Engine.Mirror.Pods.Select(p => p.State), Is.All.EqualTo(PodState.Pending));
        Assert.That(run.Engine.Mirror.PlacedCount, Is.Zero);
        run.Engine.Scheduler.AssertInvariants();
        PodObject gone = run.Api.Pods.Values.First(p => p.Pod.Name == "train-3");
        run.Api.Delete(gone.Pod.Uid);
        run.Settle();
        Add(run, "train", 4, devices: 2, requiredLevel: Rack, from: 3);
        run.Settle();
        run.Time.Advance(TimeSpan.FromSeconds(11));
        run.Settle();
        Assert.That(run.Api.Bound, Has.Count.EqualTo(4));
        AssertAtRest(run);
    }

    [Test]
    public void Pods_whose_gang_object_does_not_exist_wait_say_for_what_and_are_placed_once_it_comes()
    {
        using EngineRun run = Racks();
        GangKey key = new(GangKinds.PodGroup, "default", "late");
        for (int i = 0; i < 2; i++)
        {
            run.Api.Create($"late-{i}", EngineRun.Spec(4), gang: new GangMembership(key));
        }

        run.Settle();
        Assert.That(run.Observer.Lines, Is.Not.Empty.And.All.EqualTo($"gang {key} waits for {key}, which does not exist yet"));
        Assert.That(run.Observer.ToldToWait, Is.EquivalentTo(new[] { "late-0", "late-1" }), "also who came when others had been told");
        run.Api.SetGang(new GangObject { Key = key, Uid = "g", Group = new GangGroup { MinPods = 3, RequiredLevel = Rack } });
        run.Settle();
        Assert.That(run.Observer.Lines, Has.Exactly(1).EqualTo($"gang {key} has 2 of 3 pods"));
        run.Api.SetGang(new GangObject { Key = key, Uid = "g", Group = new GangGroup { MinPods = 2, RequiredLevel = Rack } });
        run.Settle();
        Assert.That(run.Api.Bound.Select(b => b.Node[0]), Is.EqualTo(new[] { 'a', 'a' }).Or.EqualTo(new[] { 'b', 'b' }));
        Assert.That(run.Observer.Lines, Has.Exactly(1).EqualTo($"gang {key} started"));
        AssertAtRest(run);
    }

    [Test]
    public void A_gang_whose_object_goes_keeps_what_it_has_and_its_waiting_pods_wait_for_it()
    {
        using EngineRun run = Racks();
        GangKey key = new(GangKinds.PodGroup, "default", "g");
        run.Api.SetGang(new GangObject { Key = key, Group = new GangGroup { MinPods = 1 } });
        run.Api.Create("g-0", EngineRun.Spec(1), gang: new GangMembership(key));
        run.Settle();
        run.Api.RemoveGang(key);
        run.Api.Create("g-1", EngineRun.Spec(1), gang: new GangMembership(key));
        run.Settle();
        Assert.That(run.Api.Bound, Has.Count.EqualTo(1));
        Assert.That(run.Observer.Lines[^1], Is.EqualTo($"gang {key} waits for {key}, which does not exist yet"));
        run.Api.SetGang(new GangObject { Key = key, Group = new GangGroup { MinPods = 1 } });
        run.Settle();
        Assert.That(run.Api.Bound, Has.Count.EqualTo(2));
        AssertAtRest(run);
    }

    [Test]
    public void The_node_of_a_bound_member_goes_and_comes_back_and_the_gang_has_the_member_again()
    {
        using EngineRun run = Racks();
        Add(run, "train", 2, devices: 4, requiredLevel: Rack);
        run.Settle();
        string node = run.Api.Bound[0].Node;
        run.Api.RemoveNode(node);
        run.Settle();
        Assert.That(run.Engine.Scheduler.Gangs.Gangs.Single().CountOf(GangPodState.Bound), Is.EqualTo(1));
        run.Engine.Scheduler.AssertInvariants();
        run.Api.SetNode(EngineRun.Node(node, rack: node[..1]));
        run.Settle();
        Assert.That(run.Engine.Scheduler.Gangs.Gangs.Single().CountOf(GangPodState.Bound), Is.EqualTo(2));
        Assert.That(run.On(node), Has.Count.EqualTo(1));
        AssertAtRest(run);
    }

    [Test]
    public void A_gang_that_came_apart_while_it_was_bound_is_evicted_also_where_the_first_eviction_is_refused()
    {
        using EngineRun run = Racks();
        Add(run, "train", 4, devices: 2, requiredLevel: Rack);
        run.Turn();
        SendBinds(run, 4);

        // Three are bound; the fourth never is, and others take all that is left.
        run.Api.AnswerBind(3, BindFate.NotProcessed);
        run.Api.AnswerBind(0, BindFate.Answered);
        run.Api.AnswerBind(0, BindFate.Answered);
        run.Api.AnswerBind(0, BindFate.Answered);
        foreach (string node in run.Api.Nodes.Keys)
        {
            run.Api.Create($"other-{node}", EngineRun.Spec(4, scheduler: "default-scheduler"), node, DeviceSet.First(4));
        }

        run.Turn();
        run.Time.Advance(TimeSpan.FromSeconds(11));
        run.Turn();
        Assert.That(run.Api.PendingEvictions, Is.EqualTo(1));
        Assert.That(run.Observer.Lines, Has.Some.StartsWith("gang gpuscheduler.dev/gang default/train evicts 3: "));
        run.Api.AnswerEvictions(0, isRefused: true);
        run.Settle();
        Assert.That(run.Api.Pods.Values.Count(p => p.IsDeleting), Is.Zero);
        run.Time.Advance(TimeSpan.FromSeconds(10));
        run.Settle();
        Assert.That(run.Api.Pods.Values.Count(p => p.IsDeleting), Is.EqualTo(3));
        run.EndMarked();
        run.Settle();
        Assert.That(run.Observer.Lines, Has.Exactly(1).EqualTo("gang gpuscheduler.dev/gang default/train has 1 of 4 pods"));
        Assert.That(run.Observer.Exceptions, Is.Empty);
        run.Engine.Scheduler.AssertInvariants();
    }

    [TestCase(true, null, true, TestName = "A_new_leader_counts_pods_of_a_gang_that_have_succeeded")]
    [TestCase(false, "has 2 of 4 pods", true, TestName = "A_new_leader_does_not_count_pods_of_a_gang_that_have_failed")]
    [TestCase(true, "has 2 of 4 pods", false, TestName = "A_new_leader_waits_for_all_once_pods_that_succeeded_are_deleted")]
    public void A_new_leader_finds_a_gang_that_has_partly_ended(bool hasSucceeded, string? wait, bool areKept)
    {
        using EngineRun run = Racks();
        for (int i = 0; i < 2; i++)
        {
            string uid = run.Api.Create($"train-{i}", EngineRun.Spec(1), "a0", DeviceSet.Only(i), gang: EngineRun.Gang("train", 4)).Pod.Uid;
            run.Api.Change(uid, p => p with { IsTerminal = true, HasSucceeded = hasSucceeded });
            if (!areKept)
            {
                run.Api.Delete(uid);
            }
        }

        run.Api.Create("train-2", EngineRun.Spec(1), "a0", DeviceSet.Only(2), gang: EngineRun.Gang("train", 4));
        PodObject replacement = run.Api.Create("train-3", EngineRun.Spec(1), gang: EngineRun.Gang("train", 4));
        run.Settle();
        Assert.That(run.Api.Bound.Select(b => b.Uid), Is.EqualTo(wait is null ? new[] { replacement.Pod.Uid } : []));
        Assert.That(run.Engine.Scheduler.Gangs.Gangs.Single().Wait, Is.EqualTo(wait ?? ""));
        AssertAtRest(run);
    }

    [Test]
    public void A_pod_of_a_starting_gang_that_succeeds_at_once_is_no_loss()
    {
        using EngineRun run = Racks();
        Add(run, "train", 3);
        run.Turn();
        SendBinds(run, 3);

        run.Api.AnswerBind(0, BindFate.Answered);
        string first = run.Api.Bound.Single().Uid;
        run.Turn();
        run.Api.Change(first, p => p with { IsTerminal = true, HasSucceeded = true });
        run.Settle();
        Assert.That(run.Api.Bound, Has.Count.EqualTo(3));
        Assert.That(run.Engine.Scheduler.Gangs.Gangs.Single().IsStarted);
        Assert.That(run.Observer.Lines, Has.None.Contains("evicts"));
        AssertAtRest(run);
        run.Api.Delete(first);
        run.Settle();
        Assert.That(run.Engine.Scheduler.Gangs.Gangs.Single().Pods, Has.Count.EqualTo(2));
        AssertAtRest(run);
    }

    [Test]
    public void A_gang_whose_object_says_that_it_started_goes_on_under_a_new_leader()
    {
        using EngineRun run = Racks();
        GangKey key = new(GangKinds.PodGroup, "default", "g");
        run.Api.SetGang(new GangObject { Key = key, Group = new GangGroup { MinPods = 4 }, HasStarted = true });
        run.Api.Create("g-0", EngineRun.Spec(1), "a0", DeviceSet.Only(0), gang: new GangMembership(key));
        run.Api.Create("g-1", EngineRun.Spec(1), gang: new GangMembership(key));
        run.Settle();
        Assert.That(run.Api.Bound, Has.Count.EqualTo(1), "kube-scheduler's condition is for good, and ended pods are no part of its groups");
        AssertAtRest(run);
    }

    private static EngineRun Racks()
    {
        EngineRun run = new(maxBinds: 64, evicts: true);
        foreach (string node in (string[])["a0", "a1", "b0", "b1"])
        {
            run.Api.SetNode(EngineRun.Node(node, rack: node[..1]));
        }

        return run;
    }

    private static void Add(EngineRun run, string name, int size, int devices = 1, string? requiredLevel = null, int from = 0)
    {
        for (int i = from; i < size; i++)
        {
            run.Api.Create($"{name}-{i}", EngineRun.Spec(devices), gang: EngineRun.Gang(name, size, requiredLevel));
        }
    }

    private static void SendBinds(EngineRun run, int count)
    {
        for (int i = 0; i < count; i++)
        {
            run.Api.SendBind(i);
        }
    }

    private static void AssertAtRest(EngineRun run)
    {
        Assert.That(run.Observer.Exceptions, Is.Empty);
        Assert.That(run.Engine.Scheduler.HeldCount, Is.Zero);
        run.Engine.Scheduler.AssertInvariants();
        Assert.That(run.Compare(), Is.Empty);
    }
}
