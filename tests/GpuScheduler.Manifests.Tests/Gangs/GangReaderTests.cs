using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests.Tests;

public sealed class GangReaderTests
{
    [TestCase("v1beta1", "{all: {}}", DisruptionMode.WholeGroup)]
    [TestCase("v1alpha3", "{single: {}}", DisruptionMode.EachPod)]
    [TestCase("v1alpha2", "PodGroup", DisruptionMode.WholeGroup)]
    [TestCase("v1alpha2", "Pod", DisruptionMode.EachPod)]
    public void A_native_pod_group_is_read_in_all_its_versions(string version, string disruption, DisruptionMode mode)
    {
        GangObject gang = Gang($$$"""
            apiVersion: scheduling.k8s.io/{{{version}}}
            kind: PodGroup
            metadata: {name: workers, namespace: ml, uid: u1, creationTimestamp: 2026-03-01T10:00:00Z}
            spec:
              parentCompositePodGroupName: whole
              workloadRef: {workloadName: train, templateName: workers}
              schedulingPolicy: {gang: {minCount: 8}}
              schedulingConstraints: {topology: [{key: topology.kubernetes.io/rack}]}
              disruptionMode: {{{disruption}}}
              priorityClassName: high
              priority: 1000
              preemptionPolicy: Never
              fieldOfTheFuture: {a: 1}
            """);
        Assert.That(gang.Problems, Is.Empty);
        Assert.That((gang.Key.ToString(), gang.Uid, gang.Created.Hour), Is.EqualTo(("podgroups.scheduling.k8s.io ml/workers", "u1", 10)));
        Assert.That(gang.Parent, Is.EqualTo(new GangKey("compositepodgroups.scheduling.k8s.io", "ml", "whole")));
        Assert.That((gang.Group.MinPods, gang.Group.RequiredLevel, gang.Group.Disruption), Is.EqualTo((8, "topology.kubernetes.io/rack", mode)));
        Assert.That((gang.Priority, gang.PriorityClassName, gang.NeverPreempts), Is.EqualTo(((int?)1000, "high", true)));
    }

    [Test]
    public void A_native_pod_group_with_the_basic_policy_needs_no_pods_at_once() =>
        Assert.That(Gang("{apiVersion: scheduling.k8s.io/v1beta1, kind: PodGroup, metadata: {name: a}, spec: {schedulingPolicy: {basic: {}}}}").Group.MinPods, Is.Zero);

    [TestCase("schedulingPolicy: {}", "spec.schedulingPolicy: has neither of basic and gang; write one of them")]
    [TestCase("schedulingPolicy: {basic: {}, gang: {minCount: 1}}", "spec.schedulingPolicy: has both of basic and gang; write one of them")]
    [TestCase("schedulingPolicy: {gang: {}}", "spec.schedulingPolicy.gang.minCount: is required; write how many are placed together, at least 1")]
    [TestCase("schedulingPolicy: {gang: {minCount: -2}}", "spec.schedulingPolicy.gang.minCount: -2 is out of range; write a whole number")]
    [TestCase("a: b", "spec.schedulingPolicy: is required; write basic: {}, or gang with minCount")]
    [TestCase("{schedulingPolicy: {basic: {}}, schedulingConstraints: {topology: [{key: ''}]}}", "spec.schedulingConstraints.topology[0].key: is empty; write a node label key")]
    [TestCase("{schedulingPolicy: {basic: {}}, disruptionMode: {single: {}, all: {}}}", "spec.disruptionMode: is none that we know; write single: {} or all: {}")]
    [TestCase("{schedulingPolicy: {basic: {}}, preemptionPolicy: Sometimes}", "spec.preemptionPolicy: \"Sometimes\" is unknown")]
    public void What_is_wrong_with_a_native_pod_group_is_said_with_path_and_mend(string spec, string problem) => Assert.That(
        Gang($"apiVersion: scheduling.k8s.io/v1beta1\nkind: PodGroup\nmetadata: {{name: a}}\nspec:\n  {(spec.StartsWith('{') ? "\n  " + spec : spec)}").Problems,
        Has.Length.EqualTo(1).And.One.StartsWith(problem));

    [TestCase("scheduling.k8s.io/v1beta1", "PodGroup", "schedulingPolicy: {gang: {minCount: 2}}", "conditions: [{type: PodGroupInitiallyScheduled, status: 'True'}]", true)]
    [TestCase("scheduling.k8s.io/v1beta1", "PodGroup", "schedulingPolicy: {gang: {minCount: 2}}", "conditions: [{type: PodGroupInitiallyScheduled, status: 'False'}]", false)]
    [TestCase("scheduling.k8s.io/v1alpha3", "CompositePodGroup", "schedulingPolicy: {gang: {minGroupCount: 1}}", "conditions: [{type: CompositePodGroupInitiallyScheduled, status: 'True'}]", true)]
    [TestCase("scheduling.volcano.sh/v1beta1", "PodGroup", "minMember: 2", "phase: Running", true)]
    [TestCase("scheduling.volcano.sh/v1beta1", "PodGroup", "minMember: 2", "phase: Inqueue", false)]
    [TestCase("scheduling.x-k8s.io/v1alpha1", "PodGroup", "minMember: 2", "phase: Running", true)]
    [TestCase("scheduling.x-k8s.io/v1alpha1", "PodGroup", "minMember: 2", "phase: Scheduling", false)]
    [TestCase("scheduling.sigs.k8s.io/v1alpha1", "PodGroup", "minMember: 2", "phase: Scheduled", true)]
    [TestCase("scheduler.grove.io/v1alpha1", "PodGang", "podgroups: []", "conditions: [{type: Scheduled, status: 'True'}]", true)]
    [TestCase("scheduling.run.ai/v2alpha2", "PodGroup", "minMember: 2", "phase: Running", false)]
    public void A_status_that_says_that_the_gang_started_is_believed(string version, string kind, string spec, string status, bool hasStarted) => Assert.That(
        Gang($"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\nspec:\n  {spec}\nstatus:\n  {status}").HasStarted, Is.EqualTo(hasStarted));

    [Test]
    public void A_group_of_KAI_says_in_an_annotation_that_it_has_started() => Assert.That(
        Gang("{apiVersion: scheduling.run.ai/v2alpha2, kind: PodGroup, metadata: {name: a, annotations: {kai.scheduler/last-start-timestamp: '2026-01-02T03:04:05Z'}}, spec: {minMember: 2}}").HasStarted);

    [Test]
    public void Composite_pod_groups_and_their_pod_groups_become_one_gang()
    {
        ClusterManifest manifest = Clusters.Read("""
            apiVersion: scheduling.k8s.io/v1alpha3
            kind: CompositePodGroup
            metadata: {name: llm, namespace: ml}
            spec:
              workloadRef: {workloadName: llm, templateName: llm}
              schedulingPolicy: {gang: {minGroupCount: 2}}
              schedulingConstraints: {topology: [{key: block}]}
            ---
            apiVersion: scheduling.k8s.io/v1alpha3
            kind: PodGroup
            metadata: {name: prefill, namespace: ml}
            spec: {parentCompositePodGroupName: llm, schedulingPolicy: {gang: {minCount: 2}}}
            ---
            apiVersion: scheduling.k8s.io/v1alpha3
            kind: PodGroup
            metadata: {name: decode, namespace: ml}
            spec: {parentCompositePodGroupName: llm, schedulingPolicy: {gang: {minCount: 4}}, schedulingConstraints: {topology: [{key: rack}]}}
            """);
        Gang gang = GangAssembly.Assemble(manifest.Gangs).Single();
        Assert.That((gang.Problems.Length, gang.WaitsFor, gang.Group.MinPods, gang.Group.RequiredLevel), Is.EqualTo((0, (string?)null, 6, "block")));
        Assert.That(gang.Group.Groups.Select(g => (g.Name, g.MinPods, g.RequiredLevel)), Is.EqualTo(new[] { ("decode", 4, "rack"), ("prefill", 2, null) }));
    }

    [Test]
    public void A_workload_is_the_tree_of_its_templates_and_its_faults_are_said()
    {
        GangObject gang = Gang("""
            apiVersion: scheduling.k8s.io/v1beta1
            kind: Workload
            metadata: {name: llm}
            spec:
              compositePodGroupTemplates:
              - name: replica
                schedulingPolicy: {basic: {}}
                podGroupTemplates:
                - {name: prefill, schedulingPolicy: {gang: {minCount: 2}}}
                - {name: prefill, schedulingPolicy: {basic: {}}}
            """);
        Assert.That(gang.Group.Groups.Single().Groups.Select(g => g.MinPods), Is.EqualTo(new[] { 2, 0 }));
        Assert.That(gang.Problems, Is.EqualTo(new[] { "spec.compositePodGroupTemplates[0].podGroupTemplates[1].name: \"prefill\" is the name of another template; rename one" }));
    }

    [Test]
    public void A_kai_pod_group_is_a_tree_of_sub_groups()
    {
        GangObject gang = Gang("""
            apiVersion: scheduling.run.ai/v2alpha2
            kind: PodGroup
            metadata: {name: serve, namespace: ml}
            spec:
              queue: team-a
              priorityClassName: inference
              minSubGroup: 1
              topologyConstraint: {topology: dc, requiredTopologyLevel: zone, preferredTopologyLevel: rack}
              subGroups:
              - {name: decode, parent: replica-0, minMember: 4, topologyConstraint: {topology: dc, requiredTopologyLevel: rack}}
              - {name: prefill, parent: replica-0, minMember: 2}
              - {name: replica-0}
              - {name: router, minMember: 1}
            """);
        Assert.That(gang.Problems, Is.Empty);
        Assert.That((gang.Queue, gang.PriorityClassName), Is.EqualTo(("team-a", "inference")));
        Assert.That((gang.Group.MinPods, gang.Group.MinGroups, gang.Group.RequiredLevel, gang.Group.PreferredLevel), Is.EqualTo((1, (int?)1, "zone", "rack")));
        Assert.That(gang.Group.Groups.Select(g => (g.Name, g.MinPods)), Is.EqualTo(new[] { ("replica-0", 6), ("router", 1) }));
        Assert.That(gang.Group.Groups[0].Groups.Select(g => (g.Name, g.MinPods, g.RequiredLevel)), Is.EqualTo(new[] { ("decode", 4, "rack"), ("prefill", 2, null) }));
    }

    [Test]
    public void A_kai_pod_group_without_sub_groups_is_one_group() => Assert.That(
        Gang("{apiVersion: scheduling.run.ai/v2alpha2, kind: PodGroup, metadata: {name: a}, spec: {minMember: 8, queue: q}}").Group is { MinPods: 8, Groups.IsEmpty: true });

    [Test]
    public void Everything_that_is_wrong_with_sub_groups_of_kai_is_said_at_once() => Assert.That(
        Gang("""
            apiVersion: scheduling.run.ai/v2alpha2
            kind: PodGroup
            metadata: {name: a}
            spec:
              minMember: -1
              minSubGroup: 9
              topologyConstraint: {topology: dc, requiredTopologyLevel: ""}
              subGroups:
              - {name: x, parent: y}
              - {name: y, parent: x}
              - {name: z, parent: nowhere}
              - {name: workers, minMember: 1}
              - {name: workers, minMember: 1}
              - {name: child, parent: worker}
              - {minMember: 1}
            """).Problems,
        Is.EquivalentTo(new[]
        {
            "spec.minMember: -1 is out of range; write a whole number of at least 0",
            "spec.minSubGroup: stands beside minMember; keep one of them",
            "spec.topologyConstraint.requiredTopologyLevel: is empty; write a node label key such as topology.kubernetes.io/rack, or remove it",
            "spec.subGroups[0].parent: the parents of \"x\" lead back to itself and not to the PodGroup; remove the parent of one of them",
            "spec.subGroups[1].parent: the parents of \"y\" lead back to itself and not to the PodGroup; remove the parent of one of them",
            "spec.subGroups[2].parent: there is no sub-group \"nowhere\"; add it, or remove the parent",
            "spec.subGroups[4].name: \"workers\" is the name of another sub-group; rename one",
            "spec.subGroups[5].parent: there is no sub-group \"worker\"; did you mean \"workers\"?",
            "spec.subGroups[6].name: is required; add it",
        }));

    [Test]
    public void More_sub_groups_needed_than_there_are_is_a_problem() => Assert.That(
        Gang("{apiVersion: scheduling.run.ai/v2alpha2, kind: PodGroup, metadata: {name: a}, spec: {minSubGroup: 2, subGroups: [{name: x}]}}").Problems,
        Is.EqualTo(new[] { "spec.minSubGroup: 2 is more than the 1 sub-groups that there are; lower it, or add sub-groups" }));

    [Test]
    public void A_very_deep_tree_of_sub_groups_is_a_problem_and_no_crash()
    {
        string groups = string.Join(',', Enumerable.Range(0, 20_000).Select(i => i == 0 ? "{name: g0}" : $"{{name: g{i}, parent: g{i - 1}}}"));
        Assert.That(
            Gang($"{{apiVersion: scheduling.run.ai/v2alpha2, kind: PodGroup, metadata: {{name: a}}, spec: {{subGroups: [{groups}]}}}}").Problems,
            Is.EqualTo(new[] { "spec.subGroups[7].parent: puts \"g7\" more than 8 levels deep; hang it higher in the tree" }));
    }

    [Test]
    public void A_volcano_pod_group_has_minimums_by_role_and_a_group_for_the_rest()
    {
        GangObject gang = Gang("""
            apiVersion: scheduling.volcano.sh/v1beta1
            kind: PodGroup
            metadata: {name: mpi, namespace: ml}
            spec:
              minMember: 5
              minTaskMember: {launcher: 1, worker: 3}
              queue: research
              minResources: {nvidia.com/gpu: "32"}
              networkTopology: {highestTierAllowed: 2}
            """);
        Assert.That(gang.Problems, Is.Empty);
        Assert.That((gang.Queue, gang.Group.MinPods, gang.Group.RequiredLevel), Is.EqualTo(("research", 5, "topology.volcano.sh/tier-2")));
        Assert.That(gang.Group.Groups.Select(g => (g.Name, g.MinPods)), Is.EqualTo(new[] { ("launcher", 1), ("worker", 3), ("", 0) }));
        Assert.That(GangPath.Find(gang.Group, "driver", LabelSet.Empty)!.Last.Name, Is.Empty);
    }

    [TestCase("{mode: hard}", null)]
    [TestCase("{mode: soft, highestTierAllowed: 1}", null)]
    [TestCase("{mode: hard, highestTierName: Spine}", "topology.volcano.sh/tier-name-Spine")]
    public void Only_a_hard_tier_of_volcano_is_required(string topology, string? level) => Assert.That(
        Gang($"{{apiVersion: scheduling.volcano.sh/v1beta1, kind: PodGroup, metadata: {{name: a}}, spec: {{minMember: 1, networkTopology: {topology}}}}}").Group.RequiredLevel, Is.EqualTo(level));

    [Test]
    public void Policies_of_volcano_make_sub_groups_by_label()
    {
        GangObject gang = Gang("""
            apiVersion: scheduling.volcano.sh/v1beta1
            kind: PodGroup
            metadata: {name: llm}
            spec:
              minMember: 4
              minTaskMember: {worker: 8}
              subGroupPolicy:
              - name: shards
                labelSelector: {matchLabels: {role: worker}}
                matchLabelKeys: [shard]
                subGroupSize: 4
                minSubGroups: 2
                networkTopology: {highestTierAllowed: 1}
            """);
        Assert.That(gang.Problems, Is.Empty);
        Assert.That(gang.Group.MinPods, Is.EqualTo(8));
        Assert.That(gang.Group.Groups[0], Has.Property("Name").EqualTo("shards").And.Property("MinGroups").EqualTo(2));
        GangPath path = GangPath.Find(gang.Group, "worker", LabelSet.Of(("role", "worker"), ("shard", "b")))!;
        Assert.That((path.Split, path.Last.MinPods, path.Last.RequiredLevel), Is.EqualTo(("b", 4, "topology.volcano.sh/tier-1")));
        Assert.That(GangPath.Find(gang.Group, "worker", LabelSet.Of(("role", "worker")))!.Last.Name, Is.Empty, "without the label it is in no shard");
        Assert.That(GangPath.Find(gang.Group, "worker", LabelSet.Of(("role", "driver"), ("shard", "b")))!.Last.Name, Is.Empty);
    }

    [Test]
    public void Everything_that_is_wrong_with_a_volcano_pod_group_is_said_at_once() => Assert.That(
        Gang("""
            apiVersion: scheduling.volcano.sh/v1beta1
            kind: PodGroup
            metadata: {name: a}
            spec:
              minMember: -1
              minTaskMember: {worker: few}
              networkTopology: {mode: tight, highestTierAllowed: 1, highestTierName: Spine}
              subGroupPolicy:
              - {name: a, labelSelector: {matchExpressions: [{key: k, operator: NotIn, values: [v]}]}, matchLabelKeys: [k], subGroupSize: 0}
              - {name: b}
            """).Problems,
        Has.Exactly(1).StartsWith("spec.minMember: -1 is out of range")
            .And.Exactly(1).StartsWith("spec.networkTopology.mode: \"tight\" is unknown; write hard or soft")
            .And.Exactly(1).StartsWith("spec.networkTopology.highestTierName: stands beside highestTierAllowed; keep one of them")
            .And.Exactly(1).StartsWith("spec.subGroupPolicy[0].labelSelector.matchExpressions: has an expression other than In")
            .And.Exactly(1).StartsWith("spec.subGroupPolicy[0].subGroupSize: 0 is out of range")
            .And.Exactly(1).StartsWith("spec.subGroupPolicy[1].matchLabelKeys: has no key"));

    [Test]
    public void A_coscheduling_pod_group_has_a_minimum_and_a_timeout()
    {
        GangObject gang = Gang("{apiVersion: scheduling.x-k8s.io/v1alpha1, kind: PodGroup, metadata: {name: g, namespace: ml}, spec: {minMember: 4, scheduleTimeoutSeconds: 30}}");
        Assert.That((gang.Key.ToString(), gang.Group.MinPods, gang.Timeout), Is.EqualTo(("podgroups.scheduling.x-k8s.io ml/g", 4, (TimeSpan?)TimeSpan.FromSeconds(30))));
        Assert.That(
            Gang("{apiVersion: scheduling.x-k8s.io/v1alpha1, kind: PodGroup, metadata: {name: g}, spec: {minMember: 0}}").Problems.Single(), Does.StartWith("spec.minMember: 0 is out of range"));
    }

    [Test]
    public void A_koordinator_pod_group_says_most_in_annotations()
    {
        GangObject gang = Gang("""
            apiVersion: scheduling.sigs.k8s.io/v1alpha1
            kind: PodGroup
            metadata:
              name: g
              namespace: ml
              annotations:
                gang.scheduling.koordinator.sh/total-number: "10"
                gang.scheduling.koordinator.sh/waiting-time: 90s
                gang.scheduling.koordinator.sh/mode: NonStrict
                gang.scheduling.koordinator.sh/groups: '["ml/g", "ml/h"]'
                gang.scheduling.koordinator.sh/network-topology-spec: '{"gatherStrategy":[{"layer":"spine","strategy":"PreferGather"}]}'
            spec: {minMember: 8, scheduleTimeoutSeconds: 30}
            """);
        Assert.That(gang.Problems, Is.Empty);
        Assert.That((gang.Group.MinPods, gang.Group.Size, gang.Group.PreferredLevel), Is.EqualTo((8, (int?)10, "topology.koordinator.sh/spine")));
        Assert.That(gang.Timeout, Is.EqualTo(TimeSpan.FromSeconds(90)));
        Assert.That(gang.ImpliedParent!.Group.MinGroups, Is.EqualTo(2));
    }

    [Test]
    public void What_is_wrong_with_an_annotation_of_koordinator_is_said_where_it_stands() => Assert.That(
        Gang("{apiVersion: scheduling.sigs.k8s.io/v1alpha1, kind: PodGroup, metadata: {name: g, annotations: {gang.scheduling.koordinator.sh/total-number: many}}, spec: {minMember: 8}}").Problems,
        Is.EqualTo(new[]
        {
            "metadata.annotations[\"gang.scheduling.koordinator.sh/total-number\"]: gang.scheduling.koordinator.sh/total-number \"many\" is not a number of pods: write a whole number of at least 0",
        }));

    [Test]
    public void A_pod_gang_of_grove_has_groups_within_groups()
    {
        GangObject gang = Gang(PodGang("True"));
        Assert.That(gang.Problems, Is.Empty);
        Assert.That((gang.WaitsFor, gang.PriorityClassName, gang.Group.RequiredLevel), Is.EqualTo(((string?)null, "serving", "topology.kubernetes.io/block")));
        Assert.That(gang.Group.Groups.Select(g => (g.Name, g.MinPods, g.Size, g.RequiredLevel)), Is.EqualTo(new[]
        {
            ("llm-0-workers-0", 3, (int?)3, "topology.kubernetes.io/rack"), ("llm-0-router", 1, (int?)1, null),
        }));
        Assert.That(gang.Group.Groups[0].Groups.Select(g => (g.Name, g.PreferredLevel)), Is.EqualTo(new[] { ("llm-0-prefill", null), ("llm-0-decode", "kubernetes.io/hostname") }));
        Assert.That((gang.Group.MinPods, gang.Group.Size), Is.EqualTo((4, (int?)4)));
    }

    [Test]
    public void A_pod_gang_of_grove_waits_for_its_operator() =>
        Assert.That(Gang(PodGang("False")).WaitsFor, Is.EqualTo("its operator has not created and listed all its pods yet"));

    [Test]
    public void A_pod_gang_of_grove_waits_for_pods_that_are_not_listed() => Assert.That(
        Gang(PodGang("True").Replace("minReplicas: 2", "minReplicas: 3", StringComparison.Ordinal)).WaitsFor, Is.EqualTo("2 of the 3 pods that llm-0-decode needs are listed"));

    [Test]
    public void What_is_wrong_with_a_pod_gang_of_grove_is_said() => Assert.That(
        Gang("""
            apiVersion: scheduler.grove.io/v1alpha1
            kind: PodGang
            metadata: {name: g}
            spec:
              podgroups: [{name: a, minReplicas: -1}, {name: a}]
              topologyConstraintGroupConfigs: [{name: c, podGroupNames: [a, b]}]
              topologyConstraint: {packConstraint: {preferred: ""}}
            """).Problems,
        Has.Exactly(1).StartsWith("spec.podgroups[0].minReplicas: -1 is out of range")
            .And.Exactly(1).StartsWith("spec.podgroups[1].name: \"a\" is the name of another group")
            .And.Exactly(1).StartsWith("spec.topologyConstraintGroupConfigs[0].podGroupNames: \"b\" is no group")
            .And.Exactly(1).StartsWith("spec.topologyConstraint.packConstraint.preferred: is empty"));

    [Test]
    public void Gangs_with_problems_are_told_and_do_not_keep_a_dump_from_being_read()
    {
        ClusterManifest manifest = Clusters.Read("{apiVersion: v1, kind: List, items: [{apiVersion: scheduling.x-k8s.io/v1alpha1, kind: PodGroup, metadata: {name: g}, spec: {minMember: 0}}]}");
        Assert.That(manifest.Gangs.Single().Problems.Single(), Does.StartWith("spec.minMember: 0 is out of range"));
        Assert.That(manifest.Notes.Single(), Does.StartWith("gangs have problems and are not placed: 1, such as podgroups.scheduling.x-k8s.io default/g (spec.minMember"));
    }

    [Test]
    public void Gangs_of_one_key_or_without_a_name_are_errors()
    {
        const string Group = "{apiVersion: scheduling.x-k8s.io/v1alpha1, kind: PodGroup, metadata: {name: g}, spec: {minMember: 1}}";
        Assert.That(Clusters.Errors(Group + "\n---\n" + Group).Single(), Does.Contain("podgroups.scheduling.x-k8s.io default/g is in the input already"));
        Assert.That(Clusters.Errors(Group.Replace("{name: g}", "{}", StringComparison.Ordinal)).Single(), Does.EndWith("metadata.name: is required; add it"));
    }

    private static string PodGang(string initialized) => $$$"""
        apiVersion: scheduler.grove.io/v1alpha1
        kind: PodGang
        metadata: {name: llm-0, namespace: ml, labels: {grove.io/scheduler-name: default-scheduler}}
        spec:
          priorityClassName: serving
          topologyConstraint: {packConstraint: {required: topology.kubernetes.io/block}}
          podgroups:
          - {name: llm-0-router, minReplicas: 1, podReferences: [{namespace: ml, name: r}]}
          - {name: llm-0-prefill, minReplicas: 1, podReferences: [{namespace: ml, name: p}]}
          - name: llm-0-decode
            minReplicas: 2
            podReferences: [{namespace: ml, name: d0}, {namespace: ml, name: d1}]
            topologyConstraint: {packConstraint: {preferred: kubernetes.io/hostname}}
          topologyConstraintGroupConfigs:
          - name: llm-0-workers-0
            podGroupNames: [llm-0-prefill, llm-0-decode]
            topologyConstraint: {packConstraint: {required: topology.kubernetes.io/rack}}
        status: {phase: Pending, conditions: [{type: Initialized, status: "{{{initialized}}}"}]}
        """;

    private static GangObject Gang(string text) => Clusters.Read(text).Gangs.Single();
}
