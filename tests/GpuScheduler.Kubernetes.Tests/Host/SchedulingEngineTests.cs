using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
internal sealed class SchedulingEngineTests
{
    [Test]
    public void A_pod_that_names_our_profile_is_bound_with_its_devices_and_its_UID()
    {
        using EngineRun run = new();
        run.Api.SetNode(EngineRun.Node("n"));
        PodObject pod = run.Api.Create("p", EngineRun.Spec(2));
        run.Api.Create("other", EngineRun.Spec(1, scheduler: "default-scheduler"));
        run.Settle();
        Assert.That(run.Api.Bound, Is.EqualTo(new[] { (pod.Pod.Uid, "n", DeviceSet.First(2)) }));
        Assert.That(run.On("n"), Is.EqualTo(new Dictionary<string, string> { ["p"] = "0,1" }));
        Assert.That(run.Engine.Mirror.Find(pod.Pod.Uid)!.State, Is.EqualTo(PodState.Bound));
        Assert.That(run.Observer.Lines, Is.EqualTo(new[] { "scheduled default/p on n devices 0,1" }));
    }

    [Test]
    public void Where_the_kubelet_picks_the_devices_a_binding_states_none()
    {
        using EngineRun run = new();
        run.Api.SetNode(EngineRun.Node("n", regime: AllocationRegime.DevicePlugin));
        run.Api.Create("p", EngineRun.Spec(2));
        run.Settle();
        Assert.That(run.Api.Bound.Single().Devices, Is.EqualTo(DeviceSet.Empty));
        Assert.That(run.On("n"), Is.EqualTo(new Dictionary<string, string> { ["p"] = "0,1" }));
        Assert.That(run.Observer.Lines, Has.None.Contains("elsewhere"));
    }

    [Test]
    public void Where_HAMi_hands_out_devices_a_binding_says_what_its_plugin_is_to_give()
    {
        using EngineRun run = new();
        run.Api.SetNode(HamiNode());
        run.Api.Create("p", HamiSpec(EngineRun.SchedulerName));
        run.Turn();
        Assert.That(run.Api.Requests.Single().HamiDevices, Is.EqualTo("GPU-0,NVIDIA,4000,0:;"));
        run.Settle();
        Assert.That(run.On("n"), Is.EqualTo(new Dictionary<string, string> { ["p"] = "0" }));
    }

    [Test]
    public void Pods_that_HAMis_scheduler_placed_hold_the_devices_that_it_gave_them_whenever_their_node_is_seen()
    {
        using EngineRun run = new();
        string placed = run.Api.Create("placed", HamiSpec("hami-scheduler"), "n").Pod.Uid;
        run.Api.Change(placed, p => p with { BoundUuids = ["GPU-2", "GPU-3"], Spec = p.Spec with { Devices = p.Spec.Devices with { Count = 2 } } });
        run.Settle();
        run.Api.SetNode(HamiNode() with { DeviceUuids = [] });
        run.Settle();
        Assert.That(run.On("n")["placed"], Is.EqualTo("0,1"), "a guess, until HAMi says which device is which");
        run.Api.SetNode(HamiNode());
        string strange = run.Api.Create("strange", HamiSpec("hami-scheduler")).Pod.Uid;
        run.Api.Change(strange, p => p with { BoundNode = "n", BoundUuids = ["GPU-9"] });
        run.Settle();
        Assert.That(run.On("n")["placed"], Is.EqualTo("2,3"));
        Assert.That(run.Observer.Lines, Has.One.EqualTo("DevicesUnknown default/strange: its annotation hami.io/vgpu-devices-allocated names GPU-9, which HAMi does not register on node n: delete the pod, or see to the device plugin there"));

        // Half of a device each: the other halves are free, and a device that its pod loses for a while is held again.
        run.Api.SetNode(HamiNode() with { Shape = DeviceShape.Of([.. HamiNode().Shape.Devices.Select(d => d with { IsUsable = d.Index != 3 })], []) });
        run.Settle();
        Assert.That(run.On("n")["placed"], Is.EqualTo("2/3"));
        run.Api.SetNode(HamiNode());
        run.Settle();
        Assert.That(run.On("n")["placed"], Is.EqualTo("2,3"));
        Assert.That(run.Compare(), Is.Empty);
    }

    [Test]
    public void A_pod_of_another_vendors_devices_that_runs_on_a_node_holds_none_of_the_devices_there()
    {
        using EngineRun run = new();
        Node node = EngineRun.Node("n");
        run.Api.SetNode(node with { Shape = node.Shape.CountedBy("nvidia.com/gpu") });
        PodSpec display = EngineRun.Spec(1, scheduler: "default-scheduler");
        run.Api.Create("display", display with { Devices = display.Devices with { Resource = "gpu.intel.com/i915" } }, "n");
        run.Api.Create("p", EngineRun.Spec(node.Shape.Count));
        run.Settle();
        Assert.That(run.On("n").Keys, Is.EquivalentTo(new[] { "display", "p" }));
        Assert.That(run.On("n")["display"], Is.Empty);
        Assert.That(run.Observer.Lines, Has.None.Contains("DevicesUnknown"));
    }

    private static Node HamiNode()
    {
        Node node = EngineRun.Node("n", regime: AllocationRegime.Hami);
        return node with { Shape = DeviceShape.Of([.. node.Shape.Devices.Select(d => d with { MaxSharers = 10 })], []), DeviceUuids = ["GPU-0", "GPU-1", "GPU-2", "GPU-3"] };
    }

    private static PodSpec HamiSpec(string scheduler)
    {
        Container container = new() { Name = "c", Requests = ResourceList.Of(("nvidia.com/gpu", 1), ("nvidia.com/gpumem", 4000)) };
        PodSpec spec = new() { SchedulerName = scheduler, Containers = [container] };
        DeviceRequests.TryRead(LabelSet.Empty, spec, [], out DeviceRequest request);
        return spec with { Devices = request };
    }

    [Test]
    public void Pods_of_other_schedulers_count_where_they_are()
    {
        using EngineRun run = new();
        run.Api.SetNode(EngineRun.Node("n", 2));
        run.Api.Create("foreign", EngineRun.Spec(1, scheduler: "default-scheduler"), "n");
        run.Api.Create("stated", EngineRun.Spec(1, scheduler: "default-scheduler"), "n", DeviceSet.Only(0));
        PodObject pod = run.Api.Create("p", EngineRun.Spec(1));
        run.Settle();
        Assert.That(run.On("n"), Is.EqualTo(new Dictionary<string, string> { ["foreign"] = "1", ["stated"] = "0" }), "who states a device has it, and guesses give way");
        Assert.That(run.Observer.Lines, Has.Some.EqualTo("unschedulable default/p: 0/1 nodes are available: 1 Insufficient nvidia.com/gpu.")
            .Or.Some.Contains("0/1 nodes are available: 1"));
        run.Api.Change(run.Api.Pods.Values.Single(p => p.Pod.Name == "foreign").Pod.Uid, p => p with { IsTerminal = true });
        run.Settle();
        run.Time.Advance(TimeSpan.FromSeconds(30));
        run.Settle();
        Assert.That(run.Api.Bound, Is.EqualTo(new[] { (pod.Pod.Uid, "n", DeviceSet.Only(1)) }));
    }

    [Test]
    public void Two_pods_with_one_device_are_told_apart_by_name_and_the_second_holds_it_once_the_first_is_gone()
    {
        using EngineRun run = new();
        run.Api.SetNode(EngineRun.Node("n", 2));
        PodObject first = run.Api.Create("first", EngineRun.Spec(1), "n", DeviceSet.Only(1));
        run.Settle();
        run.Api.Create("second", EngineRun.Spec(1), "n", DeviceSet.Only(1));
        run.Settle();
        Assert.That(run.On("n"), Is.EqualTo(new Dictionary<string, string> { ["first"] = "1", ["second"] = "/1" }));
        Assert.That(
            run.Observer.Lines.Single(),
            Is.EqualTo("DeviceConflict default/second: its annotation states devices 1 of node n, but device 1 is held by default/first: delete one of the pods, or correct the annotation"));
        run.Api.Delete(first.Pod.Uid);
        run.Settle();
        Assert.That(run.On("n"), Is.EqualTo(new Dictionary<string, string> { ["second"] = "1" }));
    }

    [Test]
    public void A_pod_that_demands_what_is_not_regarded_is_placed_and_told_so_once()
    {
        using EngineRun run = new();
        run.Api.SetNode(EngineRun.Node("n"));
        run.Api.Create("p", EngineRun.Spec(1), disregarded: PodConstraints.PodAntiAffinity | PodConstraints.TopologySpread);
        run.Settle();
        Assert.That(run.On("n").Keys, Is.EqualTo(new[] { "p" }));
        Assert.That(
            run.Observer.Lines.Where(l => l.StartsWith("NotRegarded", StringComparison.Ordinal)),
            Has.One.StartsWith("NotRegarded default/p: spec.affinity.podAntiAffinity, spec.topologySpreadConstraints: this scheduler does not regard them"));
    }

    [Test]
    public void A_pod_that_is_bound_before_its_node_is_known_is_placed_when_the_node_comes_and_again_when_it_comes_back()
    {
        using EngineRun run = new();
        run.Api.Create("p", EngineRun.Spec(1), "n", DeviceSet.Only(3));
        run.Settle();
        Assert.That(run.On("n"), Is.Empty);
        run.Api.SetNode(EngineRun.Node("n"));
        run.Settle();
        Assert.That(run.On("n"), Is.EqualTo(new Dictionary<string, string> { ["p"] = "3" }));
        run.Api.RemoveNode("n");
        run.Settle();
        Assert.That(run.On("n"), Is.Empty);
        run.Api.SetNode(EngineRun.Node("n"));
        run.Settle();
        Assert.That(run.On("n"), Is.EqualTo(new Dictionary<string, string> { ["p"] = "3" }));
        Assert.That(run.Observer.Exceptions, Is.Empty);
    }

    [Test]
    public void A_pod_whose_bind_has_no_known_outcome_keeps_its_devices_until_the_watch_tells()
    {
        using EngineRun run = new();
        run.Api.SetNode(EngineRun.Node("n", 1));
        PodObject pod = run.Api.Create("p", EngineRun.Spec(1));
        run.Turn();
        run.Api.AnswerBind(0, BindFate.UnknownProcessed);
        run.Engine.Turn();
        Assert.That(run.On("n"), Is.EqualTo(new Dictionary<string, string> { ["p"] = "0" }));
        Assert.That(run.Engine.Mirror.Find(pod.Pod.Uid)!.IsUnresolved, Is.True);
        run.Settle();
        Assert.That(run.Engine.Mirror.Find(pod.Pod.Uid)!.State, Is.EqualTo(PodState.Bound));
        Assert.That(run.Engine.Scheduler.HeldCount, Is.Zero);
        Assert.That(run.Engine.Scheduler.Queue.Count, Is.Zero);
        Assert.That(run.Api.Bound, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_pod_that_is_deleted_while_it_is_being_bound_gives_its_devices_back()
    {
        using EngineRun run = new();
        run.Api.SetNode(EngineRun.Node("n", 1));
        PodObject first = run.Api.Create("first", EngineRun.Spec(1));
        run.Turn();
        run.Api.Delete(first.Pod.Uid);
        PodObject second = run.Api.Create("second", EngineRun.Spec(1));
        run.Settle();
        Assert.That(run.On("n"), Is.EqualTo(new Dictionary<string, string> { ["second"] = "0" }));
        Assert.That(run.Api.Bound.Select(b => b.Uid), Is.EqualTo(new[] { second.Pod.Uid }));
    }

    [Test]
    public void While_the_gate_is_closed_nothing_is_decided()
    {
        using EngineRun run = new() { IsOpen = false };
        run.Api.SetNode(EngineRun.Node("n"));
        run.Api.Create("p", EngineRun.Spec(1));
        run.Settle();
        Assert.That(run.Api.Bound, Is.Empty);
        Assert.That(run.Engine.Scheduler.Queue.ActiveCount, Is.EqualTo(1));
        run.IsOpen = true;
        run.Settle();
        Assert.That(run.Api.Bound, Has.Count.EqualTo(1));
    }

    [Test]
    public void Only_a_bound_pod_that_ends_gives_its_place_back_to_those_who_learn_from_that()
    {
        using EngineRun run = new();
        run.Api.SetNode(EngineRun.Node("n", 2));
        PodObject done = run.Api.Create("done", EngineRun.Spec(2));
        run.Settle();
        PodObject waiting = run.Api.Create("waiting", EngineRun.Spec(1));
        run.Settle();
        run.Api.Delete(waiting.Pod.Uid);
        run.Settle();
        Assert.That(run.Left, Is.Empty, "it never held a place");
        run.Api.Change(done.Pod.Uid, p => p with { IsTerminal = true });
        run.Settle();
        run.Api.Delete(done.Pod.Uid);
        run.Settle();
        Assert.That(run.Left.Select(c => c.Devices.Count), Is.EqualTo(new[] { 2 }), "it leaves once");
    }

    [Test]
    public void A_pod_that_permit_makes_wait_for_too_long_gives_its_place_back_is_told_and_is_forgotten_once_it_is_deleted()
    {
        using EngineRun run = new(permit: new Waiter());
        run.Api.SetNode(EngineRun.Node("n", 1));
        PodObject pod = run.Api.Create("p", EngineRun.Spec(1));
        run.Settle();
        Assert.That(run.Engine.Mirror.Find(pod.Pod.Uid)!.State, Is.EqualTo(PodState.Assumed));
        run.Time.Advance(TimeSpan.FromSeconds(31));
        run.Turn();
        PodRecord record = run.Engine.Mirror.Find(pod.Pod.Uid)!;
        Assert.That((record.State, record.Node, run.Engine.Mirror.PlacedCount), Is.EqualTo((PodState.Pending, "", 0)));
        Assert.That(run.Observer.Lines, Is.EqualTo(new[] { "turned away default/p: timed out waiting on permit" }));
        Assert.That(run.Compare(), Is.Empty);
        run.Api.Delete(pod.Pod.Uid);
        run.Settle();
        Assert.That(run.Engine.Scheduler.Queue.Count, Is.Zero);
        Assert.That(run.On("n"), Is.Empty);
    }

    [Test]
    public void A_gang_of_which_permit_makes_one_pod_wait_for_too_long_waits_as_a_whole_also_for_the_model()
    {
        using EngineRun run = new(permit: new Waiter());
        run.Api.SetNode(EngineRun.Node("n", 4));
        for (int i = 0; i < 3; i++)
        {
            run.Api.Create($"g-{i}", EngineRun.Spec(1), gang: EngineRun.Gang("g", 3));
        }

        run.Settle();
        Assert.That(run.Engine.Mirror.PlacedCount, Is.EqualTo(3));
        run.Time.Advance(TimeSpan.FromSeconds(31));
        run.Turn();
        Assert.That(run.Engine.Mirror.Pods.Select(p => p.State), Is.All.EqualTo(PodState.Pending));
        Assert.That(run.Engine.Mirror.PlacedCount, Is.Zero);
        Assert.That(run.Compare(), Is.Empty);
        run.Engine.Scheduler.AssertInvariants();
    }

    [Test]
    public void Nodes_reserved_for_a_gang_are_used_meanwhile_by_pods_whose_deadline_is_early_enough()
    {
        using EngineRun run = new();
        DateTimeOffset now = run.Time.GetUtcNow();

        // It asks for all that there is.
        TimeSpan patience = new GangSchedulingArgs().WholeClusterReservationAfter;
        for (int i = 0; i < 2; i++)
        {
            run.Api.SetNode(EngineRun.Node($"n{i}", 2));
            string running = run.Api.Create($"running-{i}", EngineRun.Spec(1), $"n{i}", DeviceSet.Only(0)).Pod.Uid;
            run.Api.Change(running, p => p with { StartTime = now, ActiveDeadline = patience + TimeSpan.FromHours(1) });
            run.Api.Create($"g-{i}", EngineRun.Spec(2), gang: EngineRun.Gang("g", 2));
        }

        run.Settle();
        run.Time.Advance(patience);
        run.Settle();
        Assert.That(run.Engine.Scheduler.Reservations.Single().ReadyAt, Is.EqualTo(now + patience + TimeSpan.FromHours(1) + Pod.DefaultTerminationGracePeriod));
        PodObject endless = run.Api.Create("endless", EngineRun.Spec(1)), tooLong = run.Api.Create("too-long", EngineRun.Spec(1), deadline: TimeSpan.FromMinutes(61));
        PodObject shorter = run.Api.Create("short", EngineRun.Spec(1), deadline: TimeSpan.FromMinutes(10));
        run.Settle();
        Assert.That(run.Api.Bound.Select(b => b.Uid), Is.EqualTo(new[] { shorter.Pod.Uid }));
        foreach (PodObject kept in new[] { endless, tooLong })
        {
            Assert.That(run.Engine.Mirror.Find(kept.Pod.Uid)!.LastFailure, Does.Contain("2 node(s) are reserved for gpuscheduler.dev/gang default/g"));
        }

        run.Api.Change(endless.Pod.Uid, p => p with { ActiveDeadline = TimeSpan.FromMinutes(10) });
        run.Time.Advance(TimeSpan.FromSeconds(2));
        run.Settle();
        Assert.That(run.Api.Bound.Select(b => b.Uid), Is.EqualTo(new[] { shorter.Pod.Uid, endless.Pod.Uid }), "a deadline that comes later wakes the pod");
    }

    private sealed class Waiter : IPermitPlugin
    {
        public string Name => "Waiter";

        public PermitResult Permit(NodeReservation reservation) => new(new Status(StatusCode.Wait), TimeSpan.FromSeconds(30));
    }
}
