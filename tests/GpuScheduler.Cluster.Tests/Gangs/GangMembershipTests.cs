using System.Collections.Immutable;
namespace GpuScheduler.Cluster.Tests;

public sealed class GangMembershipTests
{
    private const string Lws = "leaderworkerset.sigs.k8s.io/";
    private const string Koordinator = "gang.scheduling.koordinator.sh/";
    private const string Kueue = "kueue.x-k8s.io/";

    [Test]
    public void A_pod_that_says_nothing_is_in_no_gang() => Assert.That(Read(["app=web"], ["gpuscheduler.dev/gpu-count=2"]), Is.Null);

    [TestCase("gpuscheduler.dev/gang", true)]
    [TestCase("gpuscheduler.dev/gpu-count", false)]
    [TestCase("grove.io/podgang", true)]
    [TestCase("kueue.x-k8s.io/", true)]
    [TestCase("kueue", false)]
    [TestCase("alpha.jobset.sigs.k8s.io/exclusive-topology", true)]
    [TestCase("app", false)]
    [TestCase("", false)]
    [TestCase("\u00e4", false)]
    public void Keys_that_may_concern_a_gang_are_the_same_as_text_and_as_bytes(string key, bool concerns) =>
        Assert.That((GangMemberships.Concerns(key), GangMemberships.Concerns(System.Text.Encoding.UTF8.GetBytes(key))), Is.EqualTo((concerns, concerns)));

    [Test]
    public void The_native_field_names_a_pod_group() =>
        Assert.That(Read([], [], "train")!.Gang.ToString(), Is.EqualTo("podgroups.scheduling.k8s.io ml/train"));

    [Test]
    public void Kai_pods_name_their_group_and_sub_group()
    {
        GangMembership membership = Read(["kai.scheduler/subgroup-name=workers"], ["pod-group-name=pg"])!;
        Assert.That((membership.Gang.ToString(), membership.Group), Is.EqualTo(("podgroups.scheduling.run.ai ml/pg", "workers")));
        Assert.That(membership.Implied, Is.Null);
    }

    [Test]
    public void Volcano_pods_have_a_role_and_an_index([Values] bool asLabels)
    {
        string[] keys = ["volcano.sh/task-spec=worker", "volcano.sh/task-index=3"];
        GangMembership membership = Read(asLabels ? keys : [], asLabels ? ["scheduling.k8s.io/group-name=job"] : ["scheduling.k8s.io/group-name=job", .. keys])!;
        Assert.That(membership, Is.EqualTo(new GangMembership(new GangKey(GangKinds.Volcano, "ml", "job"), "worker", 3)));
    }

    [Test]
    public void Coscheduling_pods_are_labelled() =>
        Assert.That(Read(["scheduling.x-k8s.io/pod-group=g"], [])!.Gang.ToString(), Is.EqualTo("podgroups.scheduling.x-k8s.io ml/g"));

    [Test]
    public void Grove_pods_name_gang_clique_and_index() => Assert.That(
        Read(["grove.io/podgang=llm-0", "grove.io/podclique=llm-0-decode", "grove.io/podclique-pod-index=1"], []),
        Is.EqualTo(new GangMembership(new GangKey(GangKinds.Grove, "ml", "llm-0"), "llm-0-decode", 1)));

    [Test]
    public void Koordinator_pods_with_a_label_belong_to_a_pod_group([Values("", "/name")] string suffix)
    {
        GangMembership membership = Read([$"pod-group.scheduling.sigs.k8s.io{suffix}=g"], [Koordinator + "network-topology-index=5"])!;
        Assert.That(membership, Is.EqualTo(new GangMembership(new GangKey(GangKinds.Koordinator, "ml", "g"), Rank: 5)));
    }

    [Test]
    public void Koordinator_pods_may_state_their_gang_alone()
    {
        GangObject gang = Read([], [
            Koordinator + "name=g", Koordinator + "min-available=4", Koordinator + "total-number=3",
            Koordinator + "network-topology-spec={\"gatherStrategy\":[{\"layer\":\"block\",\"strategy\":\"MustGather\"},{\"layer\":\"NodeTopologyLayer\",\"strategy\":\"PreferGather\"}]}",
        ])!.Implied!;
        Assert.That(gang.Group.MinPods, Is.EqualTo(4));
        Assert.That(gang.Group.Size, Is.EqualTo(4), "a total below the minimum counts as the minimum");
        Assert.That(gang.Group.RequiredLevel, Is.EqualTo("topology.koordinator.sh/block"));
        Assert.That(gang.Group.PreferredLevel, Is.EqualTo("kubernetes.io/hostname"));
        Assert.That(gang.Parent, Is.Null);
    }

    [Test]
    public void Koordinator_gangs_that_bind_together_have_one_parent()
    {
        string[] said = [Koordinator + "min-available=2", Koordinator + "groups=[\"ml/b\",\"ml/a\"]"];
        GangObject a = Read([], [Koordinator + "name=a", .. said])!.Implied!;
        GangObject b = Read([], [Koordinator + "name=b", .. said])!.Implied!;
        Gang gang = GangAssembly.Assemble([a, b]).Single();
        Assert.That(gang.WaitsFor, Is.Null);
        Assert.That(gang.Group.Groups.Select(g => g.Name), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(gang.Group.MinPods, Is.EqualTo(4));
        Assert.That(GangAssembly.Assemble([a]).Single().WaitsFor, Does.EndWith("waits for 1 of the 2 groups that it needs, which do not exist"));
    }

    [Test]
    public void A_group_of_a_leader_worker_set_is_a_gang()
    {
        GangMembership membership = Read([Lws + "name=vllm", Lws + "group-index=1", Lws + "group-key=abc", Lws + "worker-index=2"], [Lws + "size=4"])!;
        Assert.That((membership.Gang.ToString(), membership.Rank), Is.EqualTo(("leaderworkerset.sigs.k8s.io/group-key ml/vllm-1", 2)));
        Assert.That((membership.Implied!.Group.MinPods, membership.Implied.Group.Size), Is.EqualTo((4, (int?)4)));
    }

    [Test]
    public void With_exclusive_topology_workers_come_after_the_leader_so_that_none_is_needed_at_once()
    {
        GangGroup group = Read([Lws + "group-key=abc"], [Lws + "size=4", Lws + "exclusive-topology=rack"])!.Implied!.Group;
        Assert.That((group.MinPods, group.Size, group.RequiredLevel), Is.EqualTo((0, (int?)4, "rack")));
    }

    [Test]
    public void Subgroups_of_a_leader_worker_set_are_groups_in_domains_of_their_own()
    {
        string[] annotations = [Lws + "size=5", Lws + "subgroup-size=2", Lws + "subgroup-exclusive-topology=rack"];
        string[] labels = [Lws + "group-key=abc", Lws + "subgroup-index=1"];
        GangGroup group = Read(labels, annotations)!.Implied!.Group;
        Assert.That(group.Groups.Select(g => g.SpreadLevel), Is.EqualTo(new[] { "rack", null }));
        GangPath path = GangPath.Find(group, "", Map(labels))!;
        Assert.That((path.Last.RequiredLevel, path.Split), Is.EqualTo(("rack", "1")));
        Assert.That(GangPath.Find(group, "", Map([Lws + "group-key=abc"]))!.Last.RequiredLevel, Is.Null, "a leader may be in none");
    }

    [Test]
    public void A_job_of_a_job_set_with_exclusive_topology_is_a_gang_in_one_domain()
    {
        const string Prefix = "jobset.sigs.k8s.io/";
        string[] labels = [Prefix + "jobset-name=tp", Prefix + "replicatedjob-name=w", Prefix + "job-index=2", Prefix + "job-key=k", "batch.kubernetes.io/job-completion-index=7"];
        GangMembership membership = Read(labels, ["alpha.jobset.sigs.k8s.io/exclusive-topology=rack"])!;
        Assert.That((membership.Gang.ToString(), membership.Rank, membership.Implied!.Group.RequiredLevel), Is.EqualTo(("jobset.sigs.k8s.io/job-key ml/tp-w-2", 7, "rack")));
        Assert.That(Read(labels, []), Is.Null, "a JobSet alone asks for nothing");
    }

    [Test]
    public void Exclusive_topology_claims_a_domain_for_the_group_of_the_controller_s_label()
    {
        string[] group = [Lws + "group-key=abc"], subgroup = [.. group, Lws + "subgroup-key=def", Lws + "subgroup-index=0"];
        string[] annotations = [Lws + "exclusive-topology=block", Lws + "subgroup-size=2", Lws + "subgroup-exclusive-topology=rack"];
        Assert.That(Read(subgroup, annotations)!.Exclusive, Is.EqualTo(new[] { new ExclusiveTopology("block", Lws + "group-key", false), new ExclusiveTopology("rack", Lws + "subgroup-key", false) }));
        Assert.That(Read(group, annotations)!.Exclusive, Is.EqualTo(new[] { new ExclusiveTopology("block", Lws + "group-key", false) }), "a leader may be in no sub-group");
        Assert.That(Read(group, [])!.Exclusive, Is.Empty);
        Assert.That(
            Read(["jobset.sigs.k8s.io/job-key=k"], ["alpha.jobset.sigs.k8s.io/exclusive-topology=rack"])!.Exclusive,
            Is.EqualTo(new[] { new ExclusiveTopology("rack", "jobset.sigs.k8s.io/job-key", true) }));
    }

    [TestCase("gang-size", "5")]
    [TestCase("gang-min", "2")]
    [TestCase("gang-required-level", "zone")]
    [TestCase("gang-preferred-level", "rack")]
    public void What_is_read_twice_is_alike_and_anything_that_differs_is_not(string key, string other)
    {
        string[] annotations = ["gpuscheduler.dev/gang=g", "gpuscheduler.dev/gang-size=4", "gpuscheduler.dev/gang-required-level=rack"];
        GangMembership once = Read([], annotations)!;
        Assert.That(once.IsLike(Read([], annotations)), Is.True);
        Assert.That(once.IsLike(Read([], [.. annotations.Where(a => !a.Contains(key, StringComparison.Ordinal)), $"gpuscheduler.dev/{key}={other}"])), Is.False);
    }

    [Test]
    public void Parts_of_a_gang_are_compared_too()
    {
        string[] labels = [Lws + "group-key=abc", Lws + "subgroup-index=1"];
        GangMembership one = Read(labels, [Lws + "subgroup-size=2"])!;
        Assert.That((one.IsLike(Read(labels, [Lws + "subgroup-size=2"])), one.IsLike(Read(labels, [Lws + "subgroup-size=3"]))), Is.EqualTo((true, false)));
    }

    [Test]
    public void Exclusive_topology_holds_whoever_states_the_gang()
    {
        GangMembership membership = Read([Lws + "group-key=abc"], [Lws + "exclusive-topology=rack", "scheduling.k8s.io/group-name=vc"])!;
        Assert.That((membership.Gang.ToString(), membership.Exclusive.Single().Level), Is.EqualTo(("podgroups.scheduling.volcano.sh ml/vc", "rack")));
    }

    [Test]
    public void A_pod_group_of_kueue_says_how_many_pods_it_has()
    {
        GangMembership membership = Read([Kueue + "pod-group-name=g", Kueue + "pod-group-pod-index=4"], [Kueue + "pod-group-total-count=8", Kueue + "podset-required-topology=rack"])!;
        Assert.That((membership.Gang.ToString(), membership.Rank), Is.EqualTo(("kueue.x-k8s.io/pod-group-name ml/g", 4)));
        Assert.That((membership.Implied!.Group.MinPods, membership.Implied.Group.RequiredLevel), Is.EqualTo((8, "rack")));
    }

    [Test]
    public void A_workload_of_kueue_without_a_topology_is_no_gang() => Assert.That(Read([], [Kueue + "workload=w"]), Is.Null);

    [Test]
    public void Slices_of_kueue_are_groups_that_ranks_name()
    {
        string[] annotations = [Kueue + "workload=w", Kueue + "podset-required-topology=block", Kueue + "podset-slice-required-topology=rack", Kueue + "podset-slice-size=4"];
        GangMembership[] members = [.. Enumerable.Range(0, 16).Select(i => Read([Kueue + "podset=main", $"batch.kubernetes.io/job-completion-index={i}"], annotations)!)];
        Assert.That(members.Select(m => m.Group).Distinct(), Is.EqualTo(new[] { "main/slice-0", "main/slice-1", "main/slice-2", "main/slice-3" }));
        GangObject gang = ImpliedGangs.Merge(members.Select(m => m.Implied!));
        Assert.That(gang.Problems, Is.Empty);
        GangGroup set = gang.Group.Groups.Single();
        Assert.That((set.Name, set.RequiredLevel, set.Groups.Length), Is.EqualTo(("main", "block", 4)));
        Assert.That(set.Groups.Select(g => (g.RequiredLevel, g.Size)), Is.All.EqualTo(("rack", (int?)4)));
        Assert.That(members.Select(m => GangPath.Find(gang.Group, m.Group, LabelSet.Empty)!.Last.Name), Is.EqualTo(members.Select(m => m.Group)));
    }

    [Test]
    public void Slices_of_kueue_may_be_nested()
    {
        string[] annotations = [Kueue + "workload=w", Kueue + "podset-slice-required-topology-constraints=[{\"topology\":\"block\",\"size\":8},{\"topology\":\"rack\",\"size\":2}]"];
        GangMembership membership = Read(["batch.kubernetes.io/job-completion-index=11"], annotations)!;
        Assert.That(membership.Group, Is.EqualTo("slice-1.5"));
        Assert.That(GangPath.Find(membership.Implied!.Group, membership.Group, LabelSet.Empty)!.Groups.Select(g => g.RequiredLevel), Is.EqualTo(new[] { null, "block", "rack" }));
    }

    [Test]
    public void Plain_pods_state_a_gang_by_annotations()
    {
        GangMembership membership = Read(["apps.kubernetes.io/pod-index=6"], [
            "gpuscheduler.dev/gang=train", "gpuscheduler.dev/gang-size=8", "gpuscheduler.dev/gang-min=6", "gpuscheduler.dev/gang-required-level=rack",
            "gpuscheduler.dev/gang-preferred-level=kubernetes.io/hostname",
        ])!;
        GangGroup group = membership.Implied!.Group;
        Assert.That((membership.Gang.ToString(), membership.Rank), Is.EqualTo(("gpuscheduler.dev/gang ml/train", 6)));
        Assert.That((group.Size, group.MinPods, group.RequiredLevel, group.PreferredLevel), Is.EqualTo(((int?)8, 6, "rack", "kubernetes.io/hostname")));
    }

    [Test]
    public void All_pods_of_a_plain_gang_are_needed_unless_it_says_less() =>
        Assert.That(Read([], ["gpuscheduler.dev/gang=a", "gpuscheduler.dev/gang-size=8"])!.Implied!.Group.MinPods, Is.EqualTo(8));

    [Test]
    public void Our_annotations_have_a_word_on_gangs_that_a_controller_implies()
    {
        GangGroup group = Read([Lws + "group-key=k"], [Lws + "size=4", "gpuscheduler.dev/gang-min=1", "gpuscheduler.dev/gang-required-level=rack"])!.Implied!.Group;
        Assert.That((group.MinPods, group.Size, group.RequiredLevel), Is.EqualTo((1, (int?)4, "rack")));
    }

    [TestCase("", "scheduling.k8s.io/group-name=llm-0", "podgangs.scheduler.grove.io ml/llm-0", "grove.io/podgang=llm-0")]
    [TestCase("", "pod-group-name=llm-0", "podgangs.scheduler.grove.io ml/llm-0", "grove.io/podgang=llm-0")]
    [TestCase("", "scheduling.k8s.io/group-name=vllm-0-r", "podgroups.scheduling.volcano.sh ml/vllm-0-r", Lws + "group-key=k", Lws + "worker-index=1")]
    [TestCase("pg", Kueue + "workload=w", "podgroups.scheduling.k8s.io ml/pg")]
    [TestCase("", Kueue + "workload=w", "leaderworkerset.sigs.k8s.io/group-key ml/k", Lws + "group-key=k")]
    public void What_goes_together_is_no_contradiction(string group, string annotation, string gang, params string[] labels) => Assert.That(
        Read(labels, [annotation, Kueue + "podset-required-topology=rack"], group)!.Gang.ToString(), Is.EqualTo(gang));

    [Test]
    public void Two_groups_of_one_rank_that_claim_a_pod_are_an_error_that_names_both()
    {
        List<GangMembershipError> errors = [];
        GangSource pod = new("ml", Map(["scheduling.x-k8s.io/pod-group=a"]), Map(["scheduling.k8s.io/group-name=b"]));
        Assert.That(GangMemberships.TryRead(pod, errors, out GangMembership? membership), Is.False);
        Assert.That(membership, Is.Null);
        Assert.That(errors.Single().Keys, Is.EquivalentTo(new[] { "scheduling.x-k8s.io/pod-group", "scheduling.k8s.io/group-name" }));
        Assert.That(errors.Single().Message, Is.EqualTo("scheduling.k8s.io/group-name says that the pod belongs to podgroups.scheduling.volcano.sh ml/b and "
            + "scheduling.x-k8s.io/pod-group to podgroups.scheduling.x-k8s.io ml/a, and it can be in one of them only: remove the other"));
    }

    [TestCase("gpuscheduler.dev/gang is empty", "gpuscheduler.dev/gang=", "gpuscheduler.dev/gang-size=2")]
    [TestCase("add gpuscheduler.dev/gang-size", "gpuscheduler.dev/gang=a")]
    [TestCase("\"0\" is not a number of pods", "gpuscheduler.dev/gang=a", "gpuscheduler.dev/gang-size=0")]
    [TestCase("\"-1\" is not a number of pods", "gpuscheduler.dev/gang=a", "gpuscheduler.dev/gang-min=-1")]
    [TestCase("is more than the gang has", "gpuscheduler.dev/gang=a", "gpuscheduler.dev/gang-size=2", "gpuscheduler.dev/gang-min=3")]
    [TestCase("gpuscheduler.dev/gang-required-level is empty", "gpuscheduler.dev/gang=a", "gpuscheduler.dev/gang-size=2", "gpuscheduler.dev/gang-required-level=")]
    [TestCase("but not which one: add gpuscheduler.dev/gang", "gpuscheduler.dev/gang-size=2")]
    [TestCase("has no effect", "gpuscheduler.dev/gang-min=2", "pod-group-name=g")]
    [TestCase("add gang.scheduling.koordinator.sh/min-available", Koordinator + "name=a")]
    [TestCase("is not a number of pods", Koordinator + "name=a", Koordinator + "min-available=x")]
    [TestCase("is not a list of gangs", Koordinator + "name=a", Koordinator + "min-available=1", Koordinator + "groups=ml/a")]
    [TestCase("but not ml/a itself", Koordinator + "name=a", Koordinator + "min-available=1", Koordinator + "groups=[\"ml/b\",\"ml/c\"]")]
    [TestCase("is not a topology", Koordinator + "name=a", Koordinator + "min-available=1", Koordinator + "network-topology-spec=[]")]
    [TestCase("needs a layer", Koordinator + "name=a", Koordinator + "min-available=1", Koordinator + "network-topology-spec={\"gatherStrategy\":[{\"layer\":\"\"}]}")]
    [TestCase("add kueue.x-k8s.io/podset-slice-size", Kueue + "workload=w", Kueue + "podset-slice-required-topology=rack")]
    [TestCase("nothing says in which", Kueue + "workload=w", Kueue + "podset-slice-required-topology=rack", Kueue + "podset-slice-size=2")]
    [TestCase("is not a list of layers", Kueue + "workload=w", Kueue + "podset-slice-required-topology-constraints={}")]
    [TestCase("is no way to slice", Kueue + "workload=w", Kueue + "podset-slice-required-topology-constraints=[{\"topology\":\"a\",\"size\":4},{\"topology\":\"b\",\"size\":3}]")]
    public void What_cannot_be_read_is_an_error_with_a_mend(string message, params string[] annotations)
    {
        List<GangMembershipError> errors = [];
        Assert.That(GangMemberships.TryRead(new GangSource("ml", LabelSet.Empty, Map(annotations)), errors, out GangMembership? membership), Is.False);
        Assert.That(membership, Is.Null);
        Assert.That(errors.Select(e => e.Message), Has.One.Contains(message));
        Assert.That(errors.SelectMany(e => e.Keys), Is.SubsetOf(annotations.Select(a => a.Split('=')[0]).Append("kueue.x-k8s.io/podset-slice-required-topology")));
    }

    private static GangMembership? Read(string[] labels, string[] annotations, string group = "")
    {
        List<GangMembershipError> errors = [];
        bool isRead = GangMemberships.TryRead(new GangSource("ml", Map(labels), Map(annotations), group), errors, out GangMembership? membership);
        Assert.That(errors, Is.Empty);
        Assert.That(isRead);
        return membership;
    }

    private static ImmutableSortedDictionary<string, string> Map(string[] pairs) =>
        pairs.Aggregate(LabelSet.Empty, (map, pair) => map.SetItem(pair[..pair.IndexOf('=', StringComparison.Ordinal)], pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]));
}
