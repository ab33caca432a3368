using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
internal sealed class ClusterAuditTests
{
    [Test]
    public void What_is_merely_on_its_way_is_no_drift()
    {
        using EngineRun run = new();
        run.Api.SetNode(EngineRun.Node("n"));
        run.Api.Create("p", EngineRun.Spec(1));
        Assert.That(run.Compare(), Is.Empty);
        run.Settle();
        Assert.That(run.Compare(), Is.Empty);
        Assert.That(run.Compare(), Is.Empty);
    }

    [Test]
    public void A_pod_that_the_watch_never_showed_is_found_by_the_second_audit_and_scheduled()
    {
        using EngineRun run = new();
        run.Api.SetNode(EngineRun.Node("n"));
        run.Settle();
        run.Api.Create("p", EngineRun.Spec(1));
        run.Api.LoseEvent();
        Assert.That(run.Compare(), Is.Empty);
        Assert.That(run.Compare().Select(d => (d.Kind, d.Object)), Is.EqualTo(new[] { (DriftKind.Missing, "pod default/p") }));
        run.Settle();
        Assert.That(run.Api.Bound, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_deletion_that_the_watch_never_showed_frees_its_devices_after_the_second_audit()
    {
        using EngineRun run = new();
        run.Api.SetNode(EngineRun.Node("n", 1));
        PodObject pod = run.Api.Create("p", EngineRun.Spec(1));
        run.Settle();
        run.Api.Delete(pod.Pod.Uid);
        run.Api.LoseEvent();
        Assert.That(run.Compare(), Is.Empty);
        Assert.That(run.Compare().Single().Kind, Is.EqualTo(DriftKind.Extra));
        Assert.That(run.On("n"), Is.Empty);
    }

    [Test]
    public void A_pod_that_is_deleted_while_the_list_is_fetched_does_not_come_back()
    {
        using EngineRun run = new();
        run.Api.SetNode(EngineRun.Node("n", 1));
        PodObject pod = run.Api.Create("p", EngineRun.Spec(1));
        run.Settle();
        run.Audit.Begin();
        ClusterListing listing = run.Api.List();
        run.Api.Delete(pod.Pod.Uid);
        run.Settle();
        run.Audit.CatchUp(listing);
        run.Settle();
        Assert.That(run.Engine.Mirror.PodCount, Is.Zero);
        Assert.That(run.On("n"), Is.Empty);
    }

    [Test]
    public void A_new_leader_sees_what_its_predecessor_bound_before_it_decides_though_the_watch_lags()
    {
        using EngineRun run = new() { IsOpen = false };
        run.Api.SetNode(EngineRun.Node("n", 1));
        run.Api.Create("mine", EngineRun.Spec(1));
        run.Settle();
        run.Api.Create("theirs", EngineRun.Spec(1), "n", DeviceSet.Only(0));
        run.Audit.Begin();
        run.Audit.CatchUp(run.Api.List());
        run.IsOpen = true;
        run.Engine.Turn();
        Assert.That(run.Api.PendingBinds, Is.Zero);
        Assert.That(run.On("n"), Is.EqualTo(new Dictionary<string, string> { ["theirs"] = "0" }));
    }

    [Test]
    public void A_stray_in_the_snapshot_and_a_pod_that_is_missing_there_are_mended_at_once()
    {
        using EngineRun run = new();
        run.Api.SetNode(EngineRun.Node("n", 2));
        PodObject pod = run.Api.Create("p", EngineRun.Spec(1));
        run.Settle();
        ClusterWriter cluster = run.Engine.Scheduler.Cluster;
        cluster.Working.Remove(0, run.Engine.Mirror.Find(pod.Pod.Uid)!.Model);
        Pod stray = new() { Name = "stray", Uid = "stray", Spec = pod.Pod.Spec };
        cluster.Working.Place(0, stray, cluster.Classes.Intern(stray.Spec), DeviceSet.Only(1));
        Assert.That(run.Compare().Select(d => d.Kind), Is.EqualTo(new[] { DriftKind.Placement, DriftKind.Placement }));
        Assert.That(run.On("n"), Is.EqualTo(new Dictionary<string, string> { ["p"] = "0" }));
    }
}
