using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>What the engine makes of claims, one case each.</summary>
[TestFixture]
internal sealed class EngineClaimTests
{
    [Test]
    public void A_pod_gets_what_its_claims_ask_on_a_node_whose_slices_have_it()
    {
        using EngineRun run = ClaimObjects.Run(1, 4);
        run.Api.SetClaim(ClaimObjects.Claim("two", 2));
        run.Api.SetClaim(ClaimObjects.Claim("one"));
        run.Api.Create("p", EngineRun.Spec(0), claims: ["two", "one"]);
        run.Settle();
        Assert.That(run.On("n1"), Is.EqualTo(new Dictionary<string, string> { ["p"] = "0,1,2" }));
        Assert.That(run.Api.Claims["two"].Allocation!.Devices.Select(d => d.Id.Device), Is.EqualTo(new[] { "gpu-0", "gpu-1" }));
        Assert.That(run.Api.Claims["one"].Allocation!.Devices.Select(d => d.Id.Device), Is.EqualTo(new[] { "gpu-2" }));
        Assert.That(run.Observer.Lines, Is.EqualTo(new[] { "scheduled default/p on n1 devices 0,1,2" }));
    }

    [Test]
    public void Nothing_is_handed_out_before_claims_have_been_listed_and_pods_are_told_after_a_while()
    {
        using EngineRun run = new();
        run.Api.AddNode("n", 2);
        run.Api.SetDeviceClass(ClaimObjects.Class);
        run.Api.SetClaim(ClaimObjects.Claim("c"));
        run.Api.Create("p", EngineRun.Spec(0), claims: ["c"]);
        run.Settle();
        Assert.That(run.State.NodeAt(0).Shape.Count, Is.Zero);
        run.Time.Advance(TimeSpan.FromSeconds(6));
        run.Settle();
        Assert.That(run.Observer.Lines.Single(), Does.StartWith("WaitsForClaim default/p: waiting for ResourceClaims to be listed"));
        run.Api.ListClaims();
        run.Settle();
        Assert.That(run.On("n"), Contains.Key("p"));
    }

    [Test]
    public void A_pod_waits_for_a_claim_that_is_not_there_and_is_told_once_for_which()
    {
        using EngineRun run = ClaimObjects.Run(2);
        run.Api.Create("p", EngineRun.Spec(0), claims: ["late"]);
        run.Settle();
        Assert.That(run.Observer.Lines, Is.Empty, "a controller may be about to make it");
        run.Time.Advance(TimeSpan.FromSeconds(6));
        run.Settle();
        run.Time.Advance(TimeSpan.FromSeconds(60));
        run.Settle();
        Assert.That(run.Observer.Lines, Is.EqualTo(new[] { "WaitsForClaim default/p: waiting for ResourceClaim default/late, which does not exist" }));
        run.Api.SetClaim(ClaimObjects.Claim("late"));
        run.Settle();
        Assert.That(run.On("n0"), Contains.Key("p"));
    }

    [Test]
    public void What_is_allocated_is_taken_though_no_pod_has_it_and_its_pod_goes_there_and_takes_no_more()
    {
        using EngineRun run = ClaimObjects.Run(2, 2);
        run.Api.SetClaim(ClaimObjects.Allocated(ClaimObjects.Claim("halfway"), "n1", "gpu-1"));
        run.Settle();
        Assert.That(run.On("n1"), Is.EqualTo(new Dictionary<string, string> { ["(ResourceClaim halfway)"] = "1" }));
        run.Api.SetClaim(ClaimObjects.Claim("large", 2));
        run.Api.Create("large", EngineRun.Spec(0), claims: ["large"]);
        run.Settle();
        Assert.That(run.On("n0").Keys, Is.EqualTo(new[] { "large" }));
        run.Api.Create("p", EngineRun.Spec(0), claims: ["halfway"]);
        run.Api.Create("q", EngineRun.Spec(0), claims: ["halfway"]);
        run.Settle();
        Assert.That(run.On("n1").Keys.Where(k => k.Length == 1).Order(), Is.EqualTo(new[] { "p", "q" }));
        Assert.That(run.On("n1").Values.Where(v => v.Length > 0), Is.EqualTo(new[] { "1" }), "one of them, or the claim, holds it");
        Assert.That(run.Api.Claims["halfway"].ReservedFor, Has.Length.EqualTo(2));
    }

    [Test]
    public void Two_pods_that_share_a_claim_go_to_one_node_and_the_devices_stay_taken_until_both_are_gone()
    {
        using EngineRun run = ClaimObjects.Run(2, 2);
        run.Api.SetClaim(ClaimObjects.Claim("shared"));
        PodObject first = run.Api.Create("p", EngineRun.Spec(0), claims: ["shared"]), second = run.Api.Create("q", EngineRun.Spec(0), claims: ["shared"]);
        run.Settle();
        string node = run.Api.Pods[first.Pod.Uid].Pod.BoundNode;
        Assert.That((node, run.Api.Pods[second.Pod.Uid].Pod.BoundNode), Is.EqualTo((node, node)).And.Not.EqualTo(("", "")));
        foreach (PodObject pod in (PodObject[])[first, second])
        {
            run.Api.Delete(pod.Pod.Uid);
            run.Settle();
            Assert.That(run.On(node).Values.Count(v => v.Length > 0), Is.EqualTo(1));
            run.Api.CollectClaims();
            run.Settle();
        }

        Assert.That(run.On(node), Is.Empty);
    }

    [Test]
    public void A_pod_that_fails_to_be_bound_while_its_claims_are_written_stays_where_they_are_allocated()
    {
        using EngineRun run = ClaimObjects.Run(2, 2);
        run.Api.SetClaim(ClaimObjects.Claim("c"));
        PodObject pod = run.Api.Create("p", EngineRun.Spec(0), claims: ["c"]);
        while (run.Api.PendingBinds == 0)
        {
            run.Turn();
        }

        string node = run.Api.Requests.Single().Node;
        run.Api.AnswerBind(0, BindFate.ClaimsAlone);
        run.Turn();
        Assert.That(run.On(node).Values, Is.EqualTo(new[] { "0" }));
        run.Time.Advance(TimeSpan.FromSeconds(61));
        run.Compare();
        run.Settle();
        Assert.That(run.Api.Pods[pod.Pod.Uid].Pod.BoundNode, Is.EqualTo(node));
        Assert.That(run.On(node).Values.Where(v => v.Length > 0), Is.EqualTo(new[] { "0" }));
    }

    [Test]
    public void Devices_are_told_by_name_so_that_they_stay_the_pods_when_others_come_or_go()
    {
        using EngineRun run = ClaimObjects.Run(3);
        run.Api.SetClaim(ClaimObjects.Allocated(ClaimObjects.Claim("c"), "n0", "gpu-2") with { ReservedFor = ["uid-1"] });
        run.Api.Create("p", EngineRun.Spec(0), node: "n0", claims: ["c"]);
        run.Settle();
        Assert.That(run.On("n0"), Is.EqualTo(new Dictionary<string, string> { ["p"] = "2" }));
        ResourceSlice slice = ClaimObjects.Slice("n0", 3, generation: 2);
        run.Api.SetSlice(slice with { Devices = slice.Devices.RemoveAt(0) });
        run.Settle();
        Assert.That(run.On("n0"), Is.EqualTo(new Dictionary<string, string> { ["p"] = "1" }));
        Assert.That(run.Observer.Lines, Is.Empty);
    }

    [Test]
    public void Only_whole_pools_of_the_highest_generation_count()
    {
        using EngineRun run = ClaimObjects.Run();
        run.Api.SetNode(EngineRun.Node("n", 0));
        run.Api.SetSlice(ClaimObjects.Slice("n", 4) with { Name = "old" });
        run.Settle();
        Assert.That(run.State.NodeAt(0).Shape.Count, Is.EqualTo(4));
        run.Api.SetSlice(ClaimObjects.Slice("n", 2, generation: 2) with { SliceCount = 2 });
        run.Settle();
        Assert.That((run.State.NodeAt(0).Shape.Count, run.State.NodeAt(0).Regime), Is.EqualTo((0, AllocationRegime.Annotation)), "the second slice is not there yet");
        ResourceSlice more = ClaimObjects.Slice("n", 4, generation: 2);
        run.Api.SetSlice(more with { Name = "more", SliceCount = 2, Devices = more.Devices[2..] });
        run.Settle();
        Assert.That(run.State.NodeAt(0).Shape.Count, Is.EqualTo(4));
    }

    [Test]
    public void A_pod_of_a_gang_may_not_share_a_claim_that_is_not_allocated_and_one_that_asks_twice_is_told()
    {
        using EngineRun run = ClaimObjects.Run(4);
        run.Api.SetClaim(ClaimObjects.Claim("shared"));
        run.Api.SetClaim(ClaimObjects.Claim("own"));
        run.Api.Create("g0", EngineRun.Spec(0), gang: EngineRun.Gang("g", 2), claims: ["shared"]);
        run.Api.Create("g1", EngineRun.Spec(0), gang: EngineRun.Gang("g", 2), claims: ["shared"]);
        run.Api.Create("both", EngineRun.Spec(1), claims: ["own"]);
        run.Settle();
        Assert.That(run.On("n0"), Is.Empty);
        Assert.That(run.Observer.Lines, Has.Some.StartsWith("InvalidRequest default/g0: ResourceClaim default/shared: pods of a gang are placed together and cannot share"));
        Assert.That(run.Observer.Lines, Has.Some.StartsWith("InvalidRequest default/both: spec.resourceClaims asks for devices (default/own:r=1) and so does"));
    }

    [Test]
    public void A_pod_whose_own_claim_is_allocated_where_it_cannot_go_gets_it_deallocated_and_goes_elsewhere()
    {
        using EngineRun run = ClaimObjects.Run(2, 2);
        run.Api.SetNode(EngineRun.Node("n1", 0) with { Unschedulable = true });
        run.Api.SetClaim(ClaimObjects.Allocated(ClaimObjects.Claim("mine"), "n1", "gpu-1"));
        run.Api.SetClaim(ClaimObjects.Allocated(ClaimObjects.Claim("others"), "n1", "gpu-0") with { ReservedFor = ["somebody"] });
        run.Api.Create("p", EngineRun.Spec(0), claims: ["mine"]);
        run.Api.Create("q", EngineRun.Spec(0), claims: ["others"]);
        run.Settle();
        run.Time.Advance(TimeSpan.FromSeconds(20));
        run.Settle();
        Assert.That(run.On("n0"), Is.EqualTo(new Dictionary<string, string> { ["p"] = "0" }));
        Assert.That(run.Api.Claims["others"].Allocation, Is.Not.Null);
    }

    [Test]
    public void Whoever_a_pod_was_evicted_for_waits_until_its_claim_is_deallocated_and_nobody_else_is_evicted_meanwhile()
    {
        using EngineRun run = ClaimObjects.Run(new EngineRun(preempts: true), 1, 1);
        for (int i = 0; i < 2; i++)
        {
            run.Api.SetClaim(ClaimObjects.Claim($"low{i}"));
            run.Api.Create($"low{i}", EngineRun.Spec(0), claims: [$"low{i}"]);
        }

        run.Settle();
        run.Api.SetClaim(ClaimObjects.Claim("high"));
        PodObject high = run.Api.Create("high", EngineRun.Spec(0), priority: 10, claims: ["high"]);
        run.Settle();
        run.EndMarked();
        run.Settle();
        run.Time.Advance(TimeSpan.FromSeconds(20));
        run.Settle();
        Assert.That(run.Api.Pods, Has.Count.EqualTo(2), "one of the two went");
        Assert.That(run.Api.Pods.Values.Count(p => p.IsDeleting), Is.Zero, "the other stays");
        Assert.That(run.Api.Pods[high.Pod.Uid].Pod.BoundNode, Is.Empty, "the driver may not be through");
        run.Api.CollectClaims();
        run.Settle();
        run.Time.Advance(TimeSpan.FromSeconds(20));
        run.Settle();
        Assert.That(run.Api.Pods[high.Pod.Uid].Pod.BoundNode, Is.Not.Empty);
    }

    [Test]
    public void Two_claims_that_are_allocated_one_device_are_told()
    {
        using EngineRun run = ClaimObjects.Run(2);
        foreach (string name in (string[])["a", "b"])
        {
            run.Api.SetClaim(ClaimObjects.Allocated(ClaimObjects.Claim(name), "n0", "gpu-0"));
            run.Api.Create(name, EngineRun.Spec(0), node: "n0", claims: [name]);
            run.Settle();
        }

        Assert.That(run.Observer.Lines.Single(), Does.StartWith("DeviceConflict default/b: its ResourceClaims are allocated devices 0 of node n0, but device 0 is held by"));
    }
}
