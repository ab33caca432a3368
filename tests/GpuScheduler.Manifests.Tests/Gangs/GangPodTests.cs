using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests.Tests;

public sealed class GangPodTests
{
    [Test]
    public void A_pod_of_a_manifest_knows_its_gang()
    {
        Assert.That(Clusters.Pod("schedulingGroup: {podGroupName: g}").Gang!.Gang.ToString(), Is.EqualTo("podgroups.scheduling.k8s.io default/g"));
        Assert.That(Clusters.Pod("", "labels: {scheduling.x-k8s.io/pod-group: g}").Gang!.Gang.ToString(), Is.EqualTo("podgroups.scheduling.x-k8s.io default/g"));
        Assert.That(Clusters.Pod().Gang, Is.Null);
    }

    [Test]
    public void What_is_wrong_with_a_gang_of_a_pod_is_an_error_where_it_stands() => Assert.That(
        Clusters.Errors(Clusters.PodText("", "annotations: {gpuscheduler.dev/gang: a, gpuscheduler.dev/gang-size: some}")).Single(),
        Does.StartWith("m.yaml:").And.Contain("metadata.annotations[\"gpuscheduler.dev/gang-size\"]: gpuscheduler.dev/gang-size \"some\" is not a number of pods"));

    [Test]
    public void A_leader_worker_set_makes_leaders_and_workers_of_one_gang_each()
    {
        ImmutableArray<Pod> pods = Clusters.Read("""
            apiVersion: leaderworkerset.x-k8s.io/v1
            kind: LeaderWorkerSet
            metadata: {name: vllm, namespace: ml, annotations: {leaderworkerset.sigs.k8s.io/exclusive-topology: rack}}
            spec:
              replicas: 2
              leaderWorkerTemplate:
                size: 3
                leaderTemplate: {spec: {containers: [{name: leader}]}}
                workerTemplate: {spec: {containers: [{name: worker, resources: {limits: {nvidia.com/gpu: 8}}}]}}
            """).Pods;
        Assert.That(pods.Select(p => p.Name), Is.EqualTo(new[] { "vllm-0", "vllm-1", "vllm-0-1", "vllm-0-2", "vllm-1-1", "vllm-1-2" }));
        Assert.That(pods.Select(p => (p.Gang!.Gang.Name, p.Gang.Rank)), Is.EqualTo(new (string, int?)[] { ("vllm-0", 0), ("vllm-1", 0), ("vllm-0", 1), ("vllm-0", 2), ("vllm-1", 1), ("vllm-1", 2) }));
        Assert.That(pods.Select(p => p.Gang!.Implied!.Group.RequiredLevel), Is.All.EqualTo("rack"));
        Assert.That(pods.Select(p => p.Spec.Devices.Count), Is.EqualTo(new[] { 0, 0, 8, 8, 8, 8 }));
        Assert.That(pods.Select(p => p.Gang!.Exclusive.Single()).Distinct(), Is.EqualTo(new[] { new ExclusiveTopology("rack", "leaderworkerset.sigs.k8s.io/group-key", false) }));
        Assert.That(pods.GroupBy(p => p.Labels["leaderworkerset.sigs.k8s.io/group-key"]).Select(g => g.Select(p => p.Gang!.Gang.Name).Distinct().Single()), Is.EquivalentTo(new[] { "vllm-0", "vllm-1" }));
    }

    [TestCase("LeaderWorker", 5, new[] { "0", "0", "0", "1", "1" })]
    [TestCase("LeaderWorker", 4, new[] { "0", "0", "1", "1" })]
    [TestCase("LeaderExcluded", 5, new[] { "", "0", "0", "1", "1" })]
    public void Subgroups_of_a_leader_worker_set_are_labelled(string type, int size, string[] subgroups)
    {
        ImmutableArray<Pod> pods = Clusters.Read($$$"""
            apiVersion: leaderworkerset.x-k8s.io/v1
            kind: LeaderWorkerSet
            metadata: {name: s}
            spec:
              leaderWorkerTemplate:
                size: {{{size}}}
                subGroupPolicy: {subGroupPolicyType: {{{type}}}, subGroupSize: 2}
                workerTemplate: {spec: {containers: [{name: c}]}}
            """).Pods;
        Assert.That(pods.Select(p => p.Labels.GetValueOrDefault("leaderworkerset.sigs.k8s.io/subgroup-index", "")), Is.EqualTo(subgroups));
    }

    [Test]
    public void A_job_set_makes_the_pods_of_its_jobs()
    {
        ImmutableArray<Pod> pods = Clusters.Read("""
            apiVersion: jobset.x-k8s.io/v1alpha2
            kind: JobSet
            metadata: {name: tp, namespace: ml, annotations: {alpha.jobset.sigs.k8s.io/exclusive-topology: rack}}
            spec:
              replicatedJobs:
              - name: w
                replicas: 2
                template: {spec: {parallelism: 3, completions: 3, completionMode: Indexed, template: {spec: {containers: [{name: c}]}}}}
            """).Pods;
        Assert.That(pods.Select(p => (p.Gang!.Gang.ToString(), p.Gang.Rank)), Is.EqualTo(Enumerable.Range(0, 6).Select(i => ($"jobset.sigs.k8s.io/job-key ml/tp-w-{i / 3}", (int?)(i % 3)))));
        Assert.That(pods.Select(p => p.Name), Is.Unique.And.All.Match("^tp-w-[01]-[012]-.{5}$"));
    }

    [Test]
    public void A_job_in_a_queue_of_kueue_counts_as_admitted_and_has_slices()
    {
        ClusterManifest manifest = Clusters.Read("""
            apiVersion: batch/v1
            kind: Job
            metadata: {name: j, labels: {kueue.x-k8s.io/queue-name: lq}}
            spec:
              suspend: true
              parallelism: 8
              completions: 8
              completionMode: Indexed
              template:
                metadata:
                  annotations: {kueue.x-k8s.io/podset-required-topology: block, kueue.x-k8s.io/podset-slice-required-topology: rack, kueue.x-k8s.io/podset-slice-size: "4"}
                spec: {containers: [{name: c}]}
            """);
        GangObject gang = ImpliedGangs.Merge(manifest.Pods.Select(p => p.Gang!.Implied!));
        Assert.That(gang.Problems, Is.Empty);
        Assert.That((gang.Key.ToString(), gang.Group.MinPods, gang.Group.RequiredLevel), Is.EqualTo(("kueue.x-k8s.io/workload default/job-j", 8, "block")));
        Assert.That(gang.Group.Groups.Select(g => (g.Name, g.RequiredLevel)), Is.EqualTo(new[] { ("slice-0", "rack"), ("slice-1", "rack") }));
    }

    [Test]
    public void A_volcano_job_makes_pods_and_their_pod_group()
    {
        ClusterManifest manifest = Clusters.Read("""
            apiVersion: batch.volcano.sh/v1alpha1
            kind: Job
            metadata: {name: mpi, namespace: ml}
            spec:
              minAvailable: 6
              queue: research
              networkTopology: {mode: hard, highestTierAllowed: 2}
              tasks:
              - {name: launcher, replicas: 1, template: {spec: {containers: [{name: c}]}}}
              - name: worker
                replicas: 8
                minAvailable: 4
                partitionPolicy: {totalPartitions: 2, partitionSize: 4, minPartitions: 1, networkTopology: {highestTierAllowed: 1}}
                template: {spec: {containers: [{name: c}]}}
            """);
        Gang gang = GangAssembly.Assemble(manifest.Gangs).Single();
        Assert.That((gang.Root.Queue, gang.Group.MinPods, gang.Group.Size, gang.Group.RequiredLevel), Is.EqualTo(("research", 6, (int?)9, "topology.volcano.sh/tier-2")));
        Assert.That(manifest.Pods.Select(p => p.Name), Is.EqualTo(new[] { "mpi-launcher-0" }.Concat(Enumerable.Range(0, 8).Select(i => $"mpi-worker-{i}"))));
        GangPath[] paths = [.. manifest.Pods.Select(p => gang.Find(p.Gang!, p.Labels)!)];
        Assert.That(paths.Select(p => p.Split), Is.EqualTo(new[] { "", "0", "0", "0", "0", "1", "1", "1", "1" }));
        Assert.That((paths[0].Last.Name, paths[1].Last.MinPods, paths[1].Last.RequiredLevel), Is.EqualTo(("launcher", 4, "topology.volcano.sh/tier-1")));
    }

    [Test]
    public void More_needed_than_a_volcano_job_has_is_an_error_and_so_are_uneven_partitions() => Assert.That(
        Clusters.Errors("""
            apiVersion: batch.volcano.sh/v1alpha1
            kind: Job
            metadata: {name: a}
            spec:
              minAvailable: 9
              tasks: [{name: t, replicas: 4, minAvailable: 5, partitionPolicy: {totalPartitions: 3, partitionSize: 2}, template: {spec: {containers: [{name: c}]}}}]
            """),
        Has.Exactly(1).Contains("spec.minAvailable: 9 is more than the 4 pods of all tasks")
            .And.Exactly(1).Contains("spec.tasks[0].minAvailable: 5 is more than the task's 4 replicas")
            .And.Exactly(1).Contains("3 times partitionSize 2 is not the task's 4 replicas"));

    [Test]
    public void A_deployment_of_a_gang_has_one_in_all_its_pods()
    {
        ImmutableArray<Pod> pods = Clusters.Read("""
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: s}
            spec:
              replicas: 3
              template:
                metadata: {annotations: {gpuscheduler.dev/gang: s, gpuscheduler.dev/gang-size: "3"}}
                spec: {containers: [{name: c}]}
            """).Pods;
        Assert.That(pods.Select(p => p.Gang!.Rank), Is.EqualTo(new int?[] { 0, 1, 2 }));
        Assert.That(ImpliedGangs.Merge(pods.Select(p => p.Gang!.Implied!)) is { Problems.IsEmpty: true, Group.MinPods: 3 });
    }
}
