using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Scheduling.Tests;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ExclusiveTopologyTests
{
    private const string Rack = "topology.kubernetes.io/rack";
    private const string JobKey = "jobset.sigs.k8s.io/job-key", GroupKey = "leaderworkerset.sigs.k8s.io/group-key", SubgroupKey = "leaderworkerset.sigs.k8s.io/subgroup-key";

    private readonly FakeTimeProvider _time = new();
    private readonly ManualBindings _bindings = new();
    private readonly RecordedEvictions _evictions = new();

    [Test]
    public void Each_group_has_a_rack_to_itself_and_one_more_is_told_whose_they_are()
    {
        Scheduler scheduler = Make();
        Assert.That(RackOf(scheduler, Job("a", 2)), Is.Not.EqualTo(RackOf(scheduler, Job("b", 1))));
        Pod[] third = Enqueue(scheduler, Job("c", 1));
        AttemptResult result = scheduler.ScheduleOne();
        Assert.That(result.IsPlaced, Is.False);
        Assert.That(
            result.Status.Reason,
            Does.Contain("fits in no rack: none is left to it; rack r0 belongs to jobset.sigs.k8s.io/job-key default/").And.Contain("rack r1 belongs to jobset.sigs.k8s.io/job-key default/"));
        Assert.That(NodeOf(scheduler, third[0]), Is.Null);
        scheduler.AssertInvariants();
    }

    [Test]
    public void A_group_that_claims_a_rack_is_kept_out_of_one_where_another_is_that_claims_none()
    {
        Scheduler scheduler = Make();
        Adopt(scheduler, 0, Labelled("plain", JobKey, "p"));
        Assert.That(RackOf(scheduler, Job("a", 2)), Is.EqualTo("r1"));
        Enqueue(scheduler, Job("b", 1));
        Assert.That(scheduler.ScheduleOne().Status.Reason, Does.Contain("rack r0 has pods of pod default/plain, rack r1 belongs to jobset.sigs.k8s.io/job-key default/a"));
    }

    [Test]
    public void Pods_without_the_label_may_be_anywhere_and_those_with_another_label_too()
    {
        Scheduler scheduler = Make();
        RackOf(scheduler, Job("a", 1));
        RackOf(scheduler, Job("b", 1));
        foreach (Pod pod in new[] { TestCluster.Pod("none"), Labelled("other", GroupKey, "g"), Labelled("same", JobKey, "a") })
        {
            scheduler.Enqueue(pod);
            Assert.That(scheduler.ScheduleOne().IsPlaced, $"{pod}");
        }
    }

    [Test]
    public void A_pod_of_another_job_is_kept_out_though_it_claims_nothing_and_wakes_when_the_rack_is_left()
    {
        Scheduler scheduler = Make();
        Pod[] first = Job("a", 1, cpuOnly: true), second = Job("b", 1, cpuOnly: true);
        string rack = RackOf(scheduler, first);
        RackOf(scheduler, second);
        scheduler.Enqueue(Labelled("late", JobKey, "l"));
        AttemptResult kept = scheduler.ScheduleOne();
        Assert.That(kept.FitError!.Message, Does.StartWith("0/4 nodes are available: 4 node(s) are in domains of others (rack r0 belongs to "));
        Assert.That(kept.FitError.Plugins, Is.EqualTo(new[] { "GangScheduling" }));

        // What ended held nothing that the late pod asks for.
        End(scheduler, first[0]);
        _time.Advance(TimeSpan.FromSeconds(10));
        AttemptResult placed = scheduler.ScheduleOne();
        Assert.That(placed is { IsPlaced: true, Queued.Pod.Name: "late" });
        Assert.That(scheduler.Cluster.Working.NodeAt(placed.Decision.Node).Labels[Rack], Is.EqualTo(rack));
    }

    [Test]
    public void A_gang_wakes_when_the_last_pod_of_a_rack_s_owner_has_gone_with_its_node()
    {
        Scheduler scheduler = Make();
        Pod[] first = Job("a", 1, cpuOnly: true);
        RackOf(scheduler, first);
        RackOf(scheduler, Job("b", 1, cpuOnly: true));
        Pod[] third = Enqueue(scheduler, Job("c", 1));
        Assert.That(scheduler.ScheduleOne().IsPlaced, Is.False);
        scheduler.Cluster.RemoveNode(NodeOf(scheduler, first[0])!.Name);
        scheduler.Abandon(first[0]);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(scheduler.ScheduleOne().IsPlaced);
        Assert.That(NodeOf(scheduler, third[0]), Is.Not.Null);
    }

    [Test]
    public void A_leader_worker_set_shares_racks_with_groups_of_other_namespaces()
    {
        Scheduler scheduler = Make();
        string[] racks = [RackOf(scheduler, Group("a", 1)), RackOf(scheduler, Group("b", 1))];
        Assert.That(racks, Is.Unique);
        Enqueue(scheduler, Group("c", 1));
        Assert.That(scheduler.ScheduleOne().IsPlaced, Is.False);
        Assert.That(RackOf(scheduler, Group("d", 1, space: "elsewhere")), Is.Not.Null, "other namespaces do not count");
    }

    [Test]
    public void A_sub_group_keeps_out_of_the_rack_of_another_group_s()
    {
        Scheduler scheduler = Make();
        Adopt(scheduler, 0, Group("x", 1)[0] with { Gang = Membership("x", SubgroupKey, false), Labels = LabelSet.Of((GroupKey, "x"), (SubgroupKey, "x/0")) });
        GangKey key = new(GroupKey, "default", "a");
        GangGroup each = new() { Name = "sub", SplitBy = ["index"], RequiredLevel = Rack };
        GangGroup root = new() { Groups = [new GangGroup { Name = "subs", SpreadLevel = Rack, Groups = [each] }, new GangGroup()] };
        GangMembership membership = new(key) { Implied = new GangObject { Key = key, Group = root }, Exclusive = [new ExclusiveTopology(Rack, SubgroupKey, false)] };
        Pod sub = TestCluster.Pod("sub") with { Uid = "sub", Gang = membership, Labels = LabelSet.Of((GroupKey, "a"), (SubgroupKey, "a/0"), ("index", "0")) };
        Pod leader = TestCluster.Pod("leader") with { Uid = "leader", Gang = membership with { Exclusive = [] }, Labels = LabelSet.Of((GroupKey, "a")) };
        Enqueue(scheduler, [sub, leader]);
        Assert.That(scheduler.ScheduleOne().IsPlaced);
        Assert.That(NodeOf(scheduler, sub)!.Labels[Rack], Is.EqualTo("r1"));
        Assert.That(NodeOf(scheduler, leader), Is.Not.Null, "it is in no sub-group, and may be anywhere");
    }

    [Test]
    public void An_urgent_group_evicts_all_of_a_rack_s_owner_and_nobody_else()
    {
        Scheduler scheduler = Make();
        Pod[] first = Job("a", 2, priority: 1, cpuOnly: true), second = Job("b", 2, priority: 5, cpuOnly: true);
        string rack = RackOf(scheduler, first);
        RackOf(scheduler, second);
        Pod single = TestCluster.Pod("single", priority: 0) with { Uid = "single" };
        Adopt(scheduler, NodeOf(scheduler, first[0])!, single);
        Enqueue(scheduler, Job("urgent", 2, priority: 10));
        PreemptionPlan plan = scheduler.ScheduleOne().Preemption!;
        Assert.That(plan.Victims.Select(v => v.Pod), Is.EquivalentTo(first), "a single pod in the rack is not in the way");
        Assert.That(plan.Nominees.Select(n => scheduler.Cluster.Working.NodeAt(n.Node).Labels[Rack]), Is.All.EqualTo(rack));
    }

    [Test]
    public void An_urgent_pod_evicts_nobody_on_nodes_that_stay_barred()
    {
        Scheduler scheduler = Make();
        foreach (int node in Enumerable.Range(0, 4))
        {
            Adopt(scheduler, node, TestCluster.Pod($"full-{node}", TestCluster.Spec(devices: 3)) with { Uid = $"full-{node}" });
        }

        RackOf(scheduler, Job("a", 1, priority: 20));
        RackOf(scheduler, Job("b", 1, priority: 20));
        scheduler.Enqueue(Labelled("urgent", JobKey, "u") with { Spec = TestCluster.Spec(devices: 4), Priority = 10 });
        AttemptResult result = scheduler.ScheduleOne();
        Assert.That(result.IsPlaced, Is.False);
        Assert.That(_evictions.Plans, Is.Empty);
    }

    private Scheduler Make()
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        writer.SetNodes(Enumerable.Range(0, 4).Select(i => TestCluster.Node(i) with { Labels = LabelSet.Of((Rack, $"r{i / 2}")) }));
        return new Scheduler(writer, [TestCluster.Profile(new RoomFilter(), new TestGangs(), new PreemptingPlugin())], new QueueOptions(), _time, _bindings, _evictions);
    }

    private static Pod[] Job(string name, int pods, int priority = 0, bool cpuOnly = false) => Pods(name, JobKey, true, pods, "default", priority, cpuOnly ? 0 : 1);

    private static Pod[] Group(string name, int pods, string space = "default") => Pods(name, GroupKey, false, pods, space, 0, 1);

    private static GangMembership Membership(string name, string label, bool allNamespaces, string space = "default")
    {
        GangKey key = new(label, space, name);
        return new GangMembership(key)
        {
            Implied = new GangObject { Key = key, Group = new GangGroup { RequiredLevel = Rack, Disruption = DisruptionMode.WholeGroup } },
            Exclusive = [new ExclusiveTopology(Rack, label, allNamespaces)],
        };
    }

    private static Pod[] Pods(string name, string label, bool allNamespaces, int pods, string space, int priority, int devices)
    {
        GangMembership membership = Membership(name, label, allNamespaces, space);
        return [.. Enumerable.Range(0, pods).Select(i => TestCluster.Pod($"{name}-{i}", TestCluster.Spec(devices: devices), priority) with
        {
            Namespace = space,
            Uid = $"{space}/{name}-{i}",
            Labels = LabelSet.Of((label, name)),
            Gang = membership,
        })];
    }

    private static Pod Labelled(string name, string label, string value) => TestCluster.Pod(name) with { Uid = name, Labels = LabelSet.Of((label, value)) };

    private static Pod[] Enqueue(Scheduler scheduler, Pod[] pods)
    {
        foreach (Pod pod in pods)
        {
            scheduler.Enqueue(pod);
        }

        return pods;
    }

    /// <summary>Schedules a gang, whose pods are all placed; the rack that it is in.</summary>
    private string RackOf(Scheduler scheduler, Pod[] pods)
    {
        Enqueue(scheduler, pods);
        Assert.That(scheduler.ScheduleOne().IsPlaced);
        foreach (Pod pod in pods)
        {
            _bindings.Finish(scheduler, pod, Status.Success);
        }

        return pods.Select(p => NodeOf(scheduler, p)!.Labels[Rack]).Distinct().Single();
    }

    private static Node? NodeOf(Scheduler scheduler, Pod pod)
    {
        for (int node = 0; node < 4; node++)
        {
            if ((scheduler.Cluster.Working.BlockOf(node).Nodes.Present >> node & 1) != 0)
            {
                foreach (Placement placement in scheduler.Cluster.Working.BlockOf(node).PlacementsOn(node))
                {
                    if (ReferenceEquals(placement.Pod, pod))
                    {
                        return scheduler.Cluster.Working.NodeAt(node);
                    }
                }
            }
        }

        return null;
    }

    private static void Adopt(Scheduler scheduler, int node, Pod pod) =>
        scheduler.Adopt(node, pod, scheduler.Cluster.Classes.Intern(pod.Spec), DeviceSet.Empty);

    private static void Adopt(Scheduler scheduler, Node node, Pod pod)
    {
        Assert.That(scheduler.Cluster.Working.Directory.TryFind(node.Name, out int index));
        Adopt(scheduler, index, pod);
    }

    private static void End(Scheduler scheduler, Pod pod)
    {
        Assert.That(scheduler.Cluster.Working.Directory.TryFind(NodeOf(scheduler, pod)!.Name, out int node));
        scheduler.Release(node, pod, scheduler.Cluster.Classes.Intern(pod.Spec));
    }
}
