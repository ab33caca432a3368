using System.Text;
using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests.Tests;

/// <summary>Whatever is done to a valid file, reading it ends in a result or in errors, one or the other, and never in an exception.</summary>
public sealed class MutationTests
{
    private const string Splices = "{}[]:,-&*!|>'\"%@`#?~<\n\t 0159aeN\\u/.$\u00e9\u0000\uFEFF";

    private static readonly string Configuration = File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "scheduler-config.yaml"));

    private static readonly string Manifest = Clusters.NodeText(
        "labels: {nvidia.com/gpu.count: '8', nvidia.com/gpu.product: H100}\nannotations: {gpuscheduler.dev/devices: '[{\"model\":\"T4\",\"index\":0}]'}", "cpu: 8, nvidia.com/gpu: 1")
        + "\n---\n" + Clusters.PodText("nodeName: n\ntolerations: [{operator: Exists}]\nnodeSelector: &x {a: b}\noverhead: {cpu: 1m}", "labels: {a: b}", "{phase: Running}");

    private static readonly string Dump = """
        {"apiVersion":"v1","kind":"List","items":[
         {"apiVersion":"v1","kind":"Node","metadata":{"name":"n","annotations":{"hami.io/node-nvidia-register":"[{\"id\":\"a\",\"type\":\"T4\",\"health\":true}]"}},"status":{"allocatable":{"cpu":"8"}}},
         {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":2,"template":{"spec":{"containers":[{"name":"c"}]}}}},
         {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"nodeName":"n","containers":[{"name":"c","resources":{"limits":{"cpu":"1"}}}]},"status":{"phase":"Running"}}]}
        """;

    private const string Gangs = """
        {apiVersion: scheduling.run.ai/v2alpha2, kind: PodGroup, metadata: {name: k}, spec: {minMember: 2, subGroups: [{name: a, parent: b}, {name: b, minMember: 1}], topologyConstraint: {topology: t, requiredTopologyLevel: rack}}}
        ---
        {apiVersion: scheduling.k8s.io/v1beta1, kind: PodGroup, metadata: {name: n}, spec: {parentCompositePodGroupName: c, schedulingPolicy: {gang: {minCount: 2}}, disruptionMode: {all: {}}}}
        ---
        {apiVersion: scheduling.volcano.sh/v1beta1, kind: PodGroup, metadata: {name: v}, spec: {minMember: 2, minTaskMember: {w: 1}, subGroupPolicy: [{name: p, matchLabelKeys: [x], subGroupSize: 2}], networkTopology: {highestTierAllowed: 1}}}
        ---
        {apiVersion: scheduler.grove.io/v1alpha1, kind: PodGang, metadata: {name: g}, spec: {podgroups: [{name: a, minReplicas: 1, podReferences: [{name: p}]}], topologyConstraintGroupConfigs: [{name: c, podGroupNames: [a]}]}}
        ---
        {apiVersion: scheduling.sigs.k8s.io/v1alpha1, kind: PodGroup, metadata: {name: o, annotations: {gang.scheduling.koordinator.sh/groups: '["a/b","default/o"]'}}, spec: {minMember: 1}}
        ---
        {apiVersion: topology.volcano.sh/v1alpha1, kind: HyperNode, metadata: {name: h}, spec: {tier: 1, members: [{type: Node, selector: {regexMatch: {pattern: "^(a|b)+$"}}}]}}
        ---
        {apiVersion: leaderworkerset.x-k8s.io/v1, kind: LeaderWorkerSet, metadata: {name: l}, spec: {replicas: 2, leaderWorkerTemplate: {size: 2, workerTemplate: {spec: {containers: [{name: c}]}}}}}
        ---
        {apiVersion: batch.volcano.sh/v1alpha1, kind: Job, metadata: {name: j}, spec: {tasks: [{name: t, replicas: 2, partitionPolicy: {totalPartitions: 1, partitionSize: 2}, template: {spec: {containers: [{name: c}]}}}]}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: p, annotations: {kueue.x-k8s.io/workload: w, kueue.x-k8s.io/podset-slice-required-topology: r, kueue.x-k8s.io/podset-slice-size: "2", batch.kubernetes.io/job-completion-index: "3"}}, spec: {containers: [{name: c}]}}
        """;

    /// <summary>Where to cut, how much, and what to put there; several times over.</summary>
    private static readonly Gen<(double At, int Length, string Splice)[]> Mutations =
        Gen.Select(Gen.Double[0, 1], Gen.Int[0, 12], Gen.Char[Splices].Array[0, 4].Select(c => new string(c))).Array[1, 4];

    [Test]
    public void A_mutated_configuration_gives_a_result_or_errors() =>
        Mutations.Sample(
            mutations =>
            {
                (SchedulerConfiguration? configuration, ConfigurationErrors errors) =
                    SchedulerConfigurationFile.Read("c.yaml", Mutate(Configuration, mutations), TestCatalog.Default);
                return configuration is null == errors.Count > 0;
            },
            iter: 3000);

    [Test]
    public void A_mutated_manifest_gives_a_result_or_errors() => Mutations.Sample(m => ReadsOrFails("m.yaml", Mutate(Manifest, m)), iter: 5000);

    [Test]
    public void A_mutated_dump_gives_a_result_or_errors() => Mutations.Sample(m => ReadsOrFails("m.json", Mutate(Dump, m)) && ReadsOrFails("-", Mutate(Dump, m)), iter: 5000);

    [Test]
    public void Mutated_gangs_give_a_result_or_errors() => Mutations.Sample(
        m =>
        {
            ConfigurationErrors errors = [];
            string text = Mutate(Gangs, m);
            if (ManifestReader.Read([ManifestFile.Of("m.yaml", text)], errors) is not { } manifest)
            {
                return errors.Count > 0;
            }

            return GangAssembly.Assemble(manifest.Gangs).Length <= manifest.Gangs.Length + 1 && manifest.Topology.On([new Node { Name = "abab" }]).Problems.All(p => p.Length > 0);
        },
        iter: 5000);

    [Test]
    public void Any_text_gives_a_result_or_errors() =>
        Gen.Char[Splices].Array[0, 40].Select(c => new string(c)).Sample(text => ReadsOrFails("m.yaml", text) && ReadsOrFails("m.json", text), iter: 20_000);

    [Test]
    public void A_file_cut_short_gives_a_result_or_errors([Values] bool isJson)
    {
        string text = isJson ? Dump : Manifest;
        for (int length = 0; length < text.Length; length++)
        {
            Assert.That(ReadsOrFails("m", text[..length]), $"at {length}");
        }
    }

    private static bool ReadsOrFails(string name, string text)
    {
        ConfigurationErrors errors = [];
        return ManifestReader.Read([ManifestFile.Of(name, text)], errors) is null == errors.Count > 0
            && errors.All(e => e.File == name && e.Message.Length > 0);
    }

    private static string Mutate(string text, (double At, int Length, string Splice)[] mutations)
    {
        StringBuilder mutated = new(text);
        foreach ((double at, int length, string splice) in mutations)
        {
            int start = (int)(at * mutated.Length);
            mutated.Remove(start, Math.Min(length, mutated.Length - start)).Insert(start, splice);
        }

        return mutated.ToString();
    }
}
