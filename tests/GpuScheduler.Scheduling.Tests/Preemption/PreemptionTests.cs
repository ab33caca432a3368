using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using Microsoft.Extensions.Time.Testing;

namespace GpuScheduler.Scheduling.Tests;

[TestFixture]
public sealed class PreemptionTests
{
    private static readonly GangKey Gang = new("podgroups.scheduling.k8s.io", "default", "g");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly RecordedEvictions _evictions = new();
    private readonly Dictionary<GangKey, GangObject> _gangs = [];
    private Scheduler _scheduler = null!;
    private Profile _profile = null!;

    [SetUp]
    public void SetUp()
    {
        _gangs.Clear();
        _evictions.Plans.Clear();
        _evictions.Leaving.Clear();
    }

    [Test]
    public void A_pod_of_higher_priority_gets_the_room_of_one_of_lower_and_no_more()
    {
        Make(nodes: 1);
        Pod low = Place(0, "low", 1, [0]), other = Place(0, "other", 2, [1, 2, 3]);
        AttemptResult result = Try("high", 10, devices: 1);
        Assert.That(result.IsPlaced, Is.False);
        Assert.That(Victims(result), Is.EqualTo(new[] { low }));
        Assert.That(result.Preemption!.Nominees.Single().NodeName, Is.EqualTo("node-0000"));
        Assert.That(IsPlaced(other));
        Assert.That(result.Status.Reason, Does.EndWith("preemption: found a potential placement for pod on node node-0000, preempting 1 victims."));
    }

    [Test]
    public void Two_half_devices_on_different_devices_are_no_whole_one()
    {
        Make(nodes: 1, devices: 2);
        Place(0, "a", 1, [0], milli: 500);
        Place(0, "b", 2, [0], milli: 500);
        Pod c = Place(0, "c", 1, [1], milli: 500), d = Place(0, "d", 1, [1], milli: 500);
        AttemptResult result = Try("high", 10, devices: 1);
        Assert.That(Victims(result), Is.EquivalentTo(new[] { c, d }), "the halves of one device, though a is worth less than nothing by itself");
    }

    [Test]
    public void Keeping_in_order_of_importance_may_keep_the_wrong_ones_and_is_mended()
    {
        // In order, x (oldest) is kept and with it device 0 is lost; then a and b of device 1 go, which are more together than y and x would be.
        Make(nodes: 1, devices: 2);
        Pod x = Place(0, "x", 3, [0], milli: 500, age: 9), y = Place(0, "y", 1, [0], milli: 500, age: 1);
        Place(0, "a", 3, [1], milli: 500, age: 5);
        Place(0, "b", 3, [1], milli: 500, age: 5);
        Assert.That(Victims(Try("high", 10, devices: 1)), Is.EquivalentTo(new[] { x, y }));
    }

    [Test]
    public void Among_equals_least_gpu_time_is_lost()
    {
        Make(nodes: 2, devices: 1);
        Place(0, "whole", 1, [0], age: 60);
        Pod half = Place(1, "half", 1, [0], milli: 500, age: 60);
        Assert.That(Victims(Try("high", 10, devices: 1)), Is.EqualTo(new[] { half }));
    }

    [Test]
    public void Victims_are_the_cheapest_there_are([Range(0, 399)] int seed)
    {
        Random random = new(seed);
        int devices = random.Next(1, 4);
        Make(nodes: random.Next(1, 4), devices);
        _gangs[Gang] = new GangObject
        {
            Key = Gang,
            Group = new GangGroup { MinPods = random.Next(0, 4), Disruption = random.Next(2) == 0 ? DisruptionMode.EachPod : DisruptionMode.WholeGroup },
        };
        for (int i = 0; i < 14; i++)
        {
            int milli = random.Next(3) == 0 ? 1000 : random.Next(1, 4) * 250;
            Pod pod = TestCluster.Pod($"p{i}", TestCluster.Spec(cpu: random.Next(0, 8) * 1000, devices: random.Next(0, devices + 1), milli: milli), random.Next(0, 5)) with
            {
                StartTime = _time.GetUtcNow() - TimeSpan.FromMinutes(random.Next(0, 4)),
                Labels = LabelSet.Of(("app", random.Next(3) == 0 ? "guarded" : "free")),
                Gang = random.Next(3) == 0 ? new GangMembership(Gang) : null,
            };
            AdoptSomewhere(pod, random);
        }

        _scheduler.Budgets.Set(Budget(random.Next(0, 2)));
        Pod high = TestCluster.Pod("high", TestCluster.Spec(cpu: random.Next(1, 12) * 1000, devices: random.Next(0, devices + 1), milli: random.Next(2) == 0 ? 1000 : 500), random.Next(2, 6));
        (VictimCost Cost, List<int> Nodes)? expected =
            PreemptionOracle.Cheapest(_scheduler.Cluster, _profile, high, [.. _scheduler.Budgets.All], _time.GetUtcNow(), _gangs.GetValueOrDefault);
        _scheduler.SetGang(_gangs[Gang]);
        Snapshot before = _scheduler.Cluster.Publish();
        _scheduler.Enqueue(high);
        AttemptResult result = _scheduler.ScheduleOne();
        if (result.IsPlaced)
        {
            return;
        }

        Assert.That(result.Preemption?.Cost, Is.EqualTo(expected?.Cost), $"seed {seed}");
        if (expected is not null)
        {
            Assert.That(expected.Value.Nodes, Does.Contain(result.Preemption!.Nominees[0].Node), $"seed {seed}");
            Assert.That(PreemptionOracle.Everybody(_scheduler.Cluster.Working).Count(e => !_scheduler.Nominations.IsStandIn(e.Placement.Pod)),
                Is.EqualTo(PreemptionOracle.Everybody(before).Count), "choosing changes nothing");
        }

        _scheduler.Cluster.Working.AssertInvariants();
        _scheduler.Nominations.AssertInvariants();
    }

    [Test]
    public void A_budget_is_never_exceeded_and_the_message_says_so()
    {
        Make(nodes: 1, devices: 1);
        Place(0, "low", 1, [0], label: "guarded");
        _scheduler.Budgets.Set(Budget(0));
        AttemptResult result = Try("high", 10, devices: 1);
        Assert.That(result.Preemption, Is.Null);
        Assert.That(result.Status.Reason, Does.EndWith("preemption: 0/1 nodes are available: 1 node(s) had preemption victims that a PodDisruptionBudget protects."));
    }

    [Test]
    public void Where_it_is_configured_a_budget_is_exceeded_as_the_last_resort()
    {
        Make(nodes: 2, devices: 1, beyondBudgets: true);
        Pod guarded = Place(0, "guarded", 1, [0], label: "guarded"), free = Place(1, "free", 5, [0]);
        _scheduler.Budgets.Set(Budget(0));
        AttemptResult first = Try("first", 10, devices: 1), second = Try("second", 10, devices: 1);
        Assert.That(Victims(first), Is.EqualTo(new[] { free }), "of higher priority, but no budget protects it");
        Assert.That(Victims(second), Is.EqualTo(new[] { guarded }));
        Assert.That(second.Preemption!.Cost.Violations, Is.EqualTo(1));
    }

    [Test]
    public void Each_eviction_leaves_less_of_the_budget()
    {
        Make(nodes: 2, devices: 1);
        Place(0, "a", 1, [0], label: "guarded");
        Place(1, "b", 1, [0], label: "guarded");
        _scheduler.Budgets.Set(Budget(1));
        Assert.That(Try("first", 10, devices: 1).Preemption, Is.Not.Null);
        Assert.That(Try("second", 10, devices: 1).Preemption, Is.Null, "the API has not shown the first eviction yet");
    }

    [Test]
    public void An_eviction_that_a_budget_forbade_is_given_up_and_other_victims_are_chosen()
    {
        Make(nodes: 2, devices: 1);
        Pod guarded = Place(0, "guarded", 1, [0], label: "guarded"), dearer = Place(1, "dearer", 2, [0]);
        _scheduler.Budgets.Set(Budget(1));
        AttemptResult first = Try("high", 10, devices: 1);
        Assert.That(Victims(first), Is.EqualTo(new[] { guarded }));
        _scheduler.EvictionFailed([guarded], refused: guarded);
        Assert.That(_scheduler.Nominations.Count, Is.Zero);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(Victims(_scheduler.ScheduleOne()), Is.EqualTo(new[] { dearer }));
    }

    [Test]
    public void A_pod_with_policy_never_evicts_nobody()
    {
        Make(nodes: 1, devices: 1);
        Place(0, "low", 1, [0]);
        _scheduler.Enqueue(TestCluster.Pod("high", TestCluster.Spec(), 10) with { PreemptionPolicy = PreemptionPolicy.Never });
        AttemptResult result = _scheduler.ScheduleOne();
        Assert.That(result.Preemption, Is.Null);
        Assert.That(result.Status.Reason, Does.EndWith("preemption: not eligible due to preemptionPolicy=Never."));
    }

    [Test]
    public void Where_preemption_does_not_help_the_message_is_kube_schedulers()
    {
        Make(nodes: 5, devices: 1);
        for (int i = 0; i < 5; i++)
        {
            Place(i, $"equal-{i}", 10, [0]);
        }

        AttemptResult none = Try("high", 10, devices: 1, pool: "a");
        Assert.That(none.Status.Reason, Does.EndWith(
            " preemption: 0/5 nodes are available: 2 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod."));
        Place(1, "low", 1, []);
        AttemptResult useless = Try("higher", 10, devices: 1, pool: "a");
        Assert.That(useless.Status.Reason, Does.EndWith(
            " preemption: 0/5 nodes are available: 1 Insufficient devices, 2 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling."));
    }

    [Test]
    public void A_group_that_goes_whole_or_not_at_all_goes_whole()
    {
        Make(nodes: 3, devices: 1);
        _scheduler.SetGang(new GangObject { Key = Gang, Group = new GangGroup { MinPods = 0, Disruption = DisruptionMode.WholeGroup } });
        Pod a = Place(0, "a", 1, [0], gang: true), b = Place(1, "b", 1, [0], gang: true);
        Place(2, "dear", 9, [0]);
        Assert.That(Victims(Try("high", 10, devices: 1)), Is.EquivalentTo(new[] { a, b }));
    }

    [Test]
    public void An_elastic_gang_loses_what_it_can_spare_and_below_its_minimum_all()
    {
        Make(nodes: 4, devices: 1);
        _scheduler.SetGang(new GangObject { Key = Gang, Group = new GangGroup { MinPods = 2 } });
        Pod[] members = [.. Enumerable.Range(0, 3).Select(i => Place(i, $"m{i}", 1, [0], gang: true))];
        Pod single = Place(3, "single", 1, [0], age: 60);
        AttemptResult first = Try("first", 10, devices: 1);
        Assert.That(Victims(first), Has.Count.EqualTo(1).And.SubsetOf(members), "it started later than the single pod");
        Leave(first);
        Assert.That(_scheduler.ScheduleOne().IsPlaced, Is.True);
        Assert.That(Victims(Try("second", 10, devices: 1)), Is.EqualTo(new[] { single }), "another member would cost both that are left");
        Assert.That(Victims(Try("third", 10, devices: 1)), Has.Count.EqualTo(2).And.SubsetOf(members));
    }

    private static List<Pod> Victims(AttemptResult result) => [.. result.Preemption!.Victims.Select(v => v.Pod)];

    private static DisruptionBudget Budget(int allowed) => new()
    {
        Name = "budget",
        Selector = new LabelSelector { MatchExpressions = [new LabelSelectorRequirement("app", LabelSelectorOperator.In, ["guarded"])] },
        DisruptionsAllowed = allowed,
    };

    private void Make(int nodes, int devices = 4, bool beyondBudgets = false)
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        writer.SetNodes(Enumerable.Range(0, nodes).Select(i => TestCluster.Node(i, devices: devices, pool: i % 3 == 0 ? "b" : "a")));
        _profile = TestCluster.Profile(new PoolFilter(), new RoomFilter(), new PreemptingPlugin(beyondBudgets));
        _scheduler = new Scheduler(writer, [_profile], new QueueOptions(), _time, new NoBindings(), _evictions);
    }

    private AttemptResult Try(string name, int priority, int devices, string pool = "")
    {
        _scheduler.Enqueue(TestCluster.Pod(name, TestCluster.Spec(devices: devices, pool: pool), priority));
        return _scheduler.ScheduleOne();
    }

    private Pod Place(int node, string name, int priority, int[] devices, int milli = 1000, int age = 0, string label = "", bool gang = false)
    {
        Pod pod = TestCluster.Pod(name, TestCluster.Spec(devices: devices.Length, milli: milli), priority) with
        {
            StartTime = _time.GetUtcNow() - TimeSpan.FromMinutes(age),
            Labels = LabelSet.Of(("app", label)),
            Gang = gang ? new GangMembership(Gang) : null,
        };
        _scheduler.Cluster.Working.Place(node, pod, _scheduler.Cluster.Classes.Intern(pod.Spec), devices.Aggregate(DeviceSet.Empty, (set, d) => set.With(d)));
        return pod;
    }

    private void AdoptSomewhere(Pod pod, Random random)
    {
        int node = random.Next(_scheduler.Cluster.Working.NodeCount);
        PodClass podClass = _scheduler.Cluster.Classes.Intern(pod.Spec);
        Draft state = _scheduler.Cluster.Working;
        int mark = state.Mark();
        if (PreemptionOracle.Everybody(state).Count(e => e.Node == node) >= 7
            || Adoption.Adopt(state, node, pod, podClass, DeviceSet.Empty).Holding is not (Holding.Guessed or Holding.Stated))
        {
            state.RollBack(mark);
        }
    }

    private bool IsPlaced(Pod pod) => PreemptionOracle.Everybody(_scheduler.Cluster.Working).Any(e => ReferenceEquals(e.Placement.Pod, pod));

    private void Leave(AttemptResult result)
    {
        foreach (Victim victim in result.Preemption!.Victims)
        {
            _scheduler.Release(victim.Node, victim.Pod, victim.Placement.Class);
        }
    }
}
