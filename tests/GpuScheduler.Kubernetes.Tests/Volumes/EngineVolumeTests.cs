using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>What the engine makes of pods with volumes, one case each.</summary>
[TestFixture]
internal sealed class EngineVolumeTests
{
    [Test]
    public void A_pod_goes_where_the_volume_of_its_bound_claim_can_be_reached()
    {
        using EngineRun run = VolumeObjects.Run("a", "b", "c");
        run.Api.Volumes.Set(VolumeObjects.Bound(VolumeObjects.Claim("data"), VolumeObjects.LocalVolume("disk", "b")));
        run.Api.Create("p", EngineRun.Spec(), volumes: ["data"]);
        run.Settle();
        Assert.That(run.On("b").Keys, Is.EqualTo(new[] { "p" }));
        Assert.That(run.Api.Bound, Has.Count.EqualTo(1));
        Assert.That(run.Observer.Lines, Is.EqualTo(new[] { "scheduled default/p on b devices 0" }));
    }

    [Test]
    public void A_pod_whose_volume_is_where_no_node_is_gets_kube_schedulers_sentence_and_is_tried_when_the_node_comes()
    {
        using EngineRun run = VolumeObjects.Run("a", "b");
        run.Api.Volumes.Set(VolumeObjects.Bound(VolumeObjects.Claim("data"), VolumeObjects.LocalVolume("disk", "gone")));
        PersistentVolume zonal = VolumeObjects.LocalVolume("zonal", "a") with { Nodes = null, Labels = LabelSet.Of((WellKnownLabels.Zone, "zone-x__zone-b")) };
        run.Api.Volumes.Set(VolumeObjects.Bound(VolumeObjects.Claim("zonal"), zonal));
        run.Api.Create("p", EngineRun.Spec(0), volumes: ["data"]);
        run.Api.Create("q", EngineRun.Spec(0), volumes: ["zonal"]);
        run.Settle();
        Assert.That(run.Observer.Lines, Does.Contain("unschedulable default/p: 0/2 nodes are available: 2 node(s) didn't match PersistentVolume's node affinity."));
        Assert.That(run.On("b").Keys, Is.EqualTo(new[] { "q" }), "VolumeZone");
        run.Api.SetNode(VolumeObjects.Node("gone"));
        run.Time.Advance(TimeSpan.FromSeconds(20));
        run.Settle();
        Assert.That(run.On("gone").Keys, Is.EqualTo(new[] { "p" }));
    }

    [TestCase("missing", "persistentvolumeclaim \"missing\" not found")]
    [TestCase("now", "pod has unbound immediate PersistentVolumeClaims")]
    [TestCase("named", "pod has unbound immediate PersistentVolumeClaims")]
    [TestCase("lost", "persistentvolumeclaim \"lost\" bound to non-existent persistentvolume \"disk\"")]
    [TestCase("leaving", "persistentvolumeclaim \"leaving\" is being deleted")]
    [TestCase("", "waiting for ephemeral volume controller to create the persistentvolumeclaim \"p-v\"")]
    [TestCase("away", "1 node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)")]
    [TestCase("none", "1 node(s) didn't find available persistent volumes to bind")]
    public void What_is_wrong_with_a_claim_is_said_in_kube_schedulers_words(string claim, string expected)
    {
        using EngineRun run = VolumeObjects.Run("a");
        FakeVolumes volumes = run.Api.Volumes;
        volumes.Set(VolumeObjects.Claim("now", "immediate"));
        volumes.Set(VolumeObjects.Claim("named") with { Volume = "disk" });
        volumes.Set(VolumeObjects.Claim("lost") with { Volume = "disk", IsBound = true, IsLost = true });
        volumes.Set(VolumeObjects.Claim("leaving") with { IsDeleting = true });
        volumes.Set(VolumeObjects.Claim("away") with { Volume = "disk", IsBound = true });
        volumes.Set(VolumeObjects.Claim("none"));
        run.Api.Create("p", EngineRun.Spec(0), volumes: [claim]);
        run.Settle();
        Assert.That(run.Observer.Lines, Is.EqualTo(new[] { $"unschedulable default/p: 0/1 nodes are available: {expected}." }));
    }

    [Test]
    public void An_ephemeral_claim_serves_only_the_pod_that_owns_it()
    {
        using EngineRun run = VolumeObjects.Run("a");
        run.Api.Volumes.Set(VolumeObjects.Claim("p-v", "made") with { OwnerUid = "another" });
        PodObject pod = run.Api.Create("p", EngineRun.Spec(0), volumes: [""]);
        run.Settle();
        Assert.That(run.Observer.Lines.Single(), Does.Contain("PVC default/p-v was not created for pod default/p (pod is not owner)"));
        run.Api.Volumes.Set(VolumeObjects.Claim("p-v", "made") with { OwnerUid = pod.Pod.Uid });
        run.Settle();
        Assert.That(run.On("a").Keys, Is.EqualTo(new[] { "p" }), "at once: a change of its claim wakes it");
    }

    [Test]
    public void Pods_get_local_volumes_each_its_own_the_smallest_that_fits_and_the_last_one_waits_for_another()
    {
        using EngineRun run = VolumeObjects.Run("a", "b");
        run.Api.Volumes.Set(VolumeObjects.LocalVolume("a-large", "a", 20));
        run.Api.Volumes.Set(VolumeObjects.LocalVolume("a-small", "a", 6));
        run.Api.Volumes.Set(VolumeObjects.LocalVolume("b-tiny", "b", 4));
        PodObject[] pods = [.. Enumerable.Range(0, 3).Select(i =>
        {
            run.Api.Volumes.Set(VolumeObjects.Claim($"c{i}"));
            return run.Api.Create($"p{i}", EngineRun.Spec(0), volumes: [$"c{i}"]);
        })];
        run.Settle();
        Assert.That(run.On("a").Keys.Order(), Is.EqualTo(new[] { "p0", "p1" }));
        Assert.That(run.Api.Volumes.Claims.Values.Select(c => c.Volume), Is.EqualTo(new[] { "a-small", "a-large", "" }));
        Assert.That(run.Observer.Lines[^1], Does.EndWith("2 node(s) didn't find available persistent volumes to bind."));
        run.Api.Volumes.Set(VolumeObjects.LocalVolume("b-new", "b"));
        run.Settle();
        Assert.That(run.On("b").Keys, Is.EqualTo(new[] { "p2" }));
        Assert.That(run.Api.Bound.Select(b => b.Uid).Order(), Is.EqualTo(pods.Select(p => p.Pod.Uid).Order()), "each once");
    }

    [Test]
    public void Decided_volumes_are_nobody_elses_while_binds_are_on_their_way_and_free_again_when_they_fail()
    {
        using EngineRun run = VolumeObjects.Run("a");
        run.Api.Volumes.Set(VolumeObjects.LocalVolume("only", "a"));
        for (int i = 0; i < 2; i++)
        {
            run.Api.Volumes.Set(VolumeObjects.Claim($"c{i}"));
            run.Api.Create($"p{i}", EngineRun.Spec(0), volumes: [$"c{i}"]);
        }

        run.Turn();
        run.Turn();
        Assert.That(run.Api.Requests.Single().Volumes.Single(), Is.EqualTo(new ClaimVolume("c0", "uid-c0", "only", "uid-only")));
        Assert.That(run.Observer.Lines.Single(), Does.StartWith("unschedulable default/p1"));
        run.Api.AnswerBind(0, BindFate.NotProcessed);
        run.Turn();
        Assert.That(run.Api.Requests.Single().Name, Is.EqualTo("p1"), "the volume is free, and the other is tried first: the first waits a while");
        run.Settle();
        run.Time.Advance(TimeSpan.FromSeconds(20));
        run.Settle();
        Assert.That(run.On("a").Keys, Is.EqualTo(new[] { "p1" }));
    }

    [Test]
    public void Volumes_are_made_where_pods_go_and_a_claim_that_is_being_made_keeps_its_pods_on_that_node()
    {
        using EngineRun run = VolumeObjects.Run("a", "b");
        run.Api.Volumes.Set(VolumeObjects.Made with { Topologies = VolumeObjects.In(WellKnownLabels.Zone, "zone-b") });
        run.Api.Volumes.Set(VolumeObjects.Claim("shared", "made") with { AccessModes = ["ReadWriteMany"] });
        run.Api.Create("p", EngineRun.Spec(0), volumes: ["shared"]);
        run.Api.Create("q", EngineRun.Spec(0), volumes: ["shared"]);
        run.Turn();
        Assert.That(run.Api.Requests.Select(r => (r.Name, r.Node, r.Volumes.Single().IsMade)), Is.EqualTo(new[] { ("p", "b", true), ("q", "b", true) }), "allowedTopologies, then the other's node");
        run.Settle();
        Assert.That(run.On("b").Keys.Order(), Is.EqualTo(new[] { "p", "q" }));
        Assert.That(run.Api.Volumes.Claims["shared"].Volume, Is.EqualTo("made-for-shared"));
    }

    [Test]
    public void A_pod_that_waits_for_its_volumes_is_told_and_tried_again_when_nobody_binds_them()
    {
        using EngineRun run = VolumeObjects.Run("a");
        run.Api.Volumes.Binds = false;
        run.Api.Volumes.Set(VolumeObjects.Claim("c", "made"));
        run.Api.Create("p", EngineRun.Spec(0), volumes: ["c"]);
        run.Turn();
        run.Time.Advance(TimeSpan.FromSeconds(6));
        run.Turn();
        Assert.That(run.Observer.Lines, Is.EqualTo(new[] { "WaitsForVolumes default/p: waiting for its volumes on node a: one to be made for PersistentVolumeClaim default/c" }));
        run.Api.AnswerBind(0, BindFate.Answered);
        run.Turn();
        Assert.That(run.Observer.Lines[^1], Is.EqualTo("bind failed default/p on a: VolumesNotBound"));
        Assert.That(run.On("a"), Is.Empty);
        run.Api.Volumes.Binds = true;
        run.Time.Advance(TimeSpan.FromSeconds(20));
        run.Settle();
        Assert.That(run.On("a").Keys, Is.EqualTo(new[] { "p" }));
    }

    [Test]
    public void A_scheduler_that_starts_between_the_write_and_the_binding_goes_on_with_what_was_written()
    {
        using EngineRun killed = VolumeObjects.Run("b");
        killed.Api.Volumes.Set(VolumeObjects.LocalVolume("b-large", "b", 20));
        killed.Api.Volumes.Set(VolumeObjects.Claim("static"));
        killed.Api.Volumes.Set(VolumeObjects.Claim("made", "made"));
        killed.Api.Create("static", EngineRun.Spec(0), volumes: ["static"]);
        killed.Api.Create("made", EngineRun.Spec(0), volumes: ["made"]);
        killed.Turn();
        foreach (BindRequest request in killed.Api.Requests.ToArray())
        {
            Assert.That(killed.Api.Volumes.TryWrite(request, out _));
        }

        // What would suit as well, and better, comes only now.
        killed.Api.SetNode(VolumeObjects.Node("a"));
        killed.Api.Volumes.Set(VolumeObjects.LocalVolume("a-small", "a", 6));
        using EngineRun next = VolumeObjects.Run();
        killed.Api.ShowAllTo(next);
        next.Turn();
        next.Turn();
        Assert.That(
            next.Api.Requests.OrderBy(r => r.Name).Select(r => (r.Name, r.Node, r.Volumes.Single().Volume)), Is.EqualTo(new[] { ("made", "b", ""), ("static", "b", "b-large") }));
    }

    [Test]
    public void A_claim_for_one_pod_alone_is_used_by_one_pod_at_a_time()
    {
        using EngineRun run = VolumeObjects.Run("a", "b");
        PersistentVolumeClaim claim = VolumeObjects.Claim("one") with { AccessModes = [VolumeKeys.ReadWriteOncePod] };
        run.Api.Volumes.Set(VolumeObjects.Bound(claim, VolumeObjects.LocalVolume("disk", "a") with { Nodes = null }));
        PodObject first = run.Api.Create("p", EngineRun.Spec(0), volumes: ["one"]);
        run.Api.Create("q", EngineRun.Spec(0), volumes: ["one"]);
        run.Settle();
        Assert.That(run.On("a").Count + run.On("b").Count, Is.EqualTo(1));
        Assert.That(run.Observer.Lines, Has.Some.EqualTo(
            "unschedulable default/q: 0/2 nodes are available: 2 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod."));
        run.Api.Delete(first.Pod.Uid);
        run.Settle();
        Assert.That(run.On("a").Keys.Concat(run.On("b").Keys), Is.EqualTo(new[] { "q" }));
    }

    [Test]
    public void Pods_of_a_gang_that_were_given_more_than_there_is_are_placed_anew_until_each_has_its_volume()
    {
        using EngineRun run = VolumeObjects.Run("a", "b");
        run.Api.Volumes.Set(VolumeObjects.LocalVolume("a1", "a"));
        run.Api.Volumes.Set(VolumeObjects.LocalVolume("b1", "b"));
        for (int i = 0; i < 2; i++)
        {
            run.Api.Volumes.Set(VolumeObjects.Claim($"c{i}"));
            run.Api.Create($"g{i}", EngineRun.Spec(), gang: EngineRun.Gang("g", 2), volumes: [$"c{i}"]);
        }

        for (int i = 0; i < 5; i++)
        {
            run.Settle();
            run.Time.Advance(TimeSpan.FromSeconds(20));
        }

        Assert.That(run.On("a").Keys.Concat(run.On("b").Keys).Order(), Is.EqualTo(new[] { "g0", "g1" }));
        Assert.That(run.Api.Volumes.Claims.Values.Select(c => c.Volume).Order(), Is.EqualTo(new[] { "a1", "b1" }));
    }

    [Test]
    public void Pods_with_claims_wait_until_all_is_listed_and_are_told_why_and_others_do_not()
    {
        using EngineRun run = new();
        run.Api.SetNode(VolumeObjects.Node("a"));
        run.Api.Create("p", EngineRun.Spec(0), volumes: ["c"]);
        run.Api.Create("q", EngineRun.Spec(0));
        run.Settle();
        run.Time.Advance(TimeSpan.FromSeconds(6));
        run.Settle();
        Assert.That(run.On("a").Keys, Is.EqualTo(new[] { "q" }));
        Assert.That(run.Observer.Lines[^1], Does.StartWith("WaitsForClaim default/p: waiting for PersistentVolumeClaims, PersistentVolumes and StorageClasses to be listed").And.Contain("rbac.yaml"));
        run.Api.Volumes.Set(VolumeObjects.Made);
        run.Api.Volumes.Set(VolumeObjects.Claim("c", "made"));
        run.Api.Volumes.List();
        run.Settle();
        Assert.That(run.On("a").Keys.Order(), Is.EqualTo(new[] { "p", "q" }));
    }
}
