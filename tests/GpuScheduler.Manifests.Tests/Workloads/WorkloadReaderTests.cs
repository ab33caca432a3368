using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests.Tests;

public sealed class WorkloadReaderTests
{
    [TestCase("apps/v1", "Deployment", "replicas: 3", 3, "^w-[bcdfghjklmnpqrstvwxz2456789]{9}-[bcdfghjklmnpqrstvwxz2456789]{5}$")]
    [TestCase("apps/v1", "Deployment", "paused: false", 1, "^w-.{9}-.{5}$")]
    [TestCase("apps/v1", "Deployment", "replicas: 0", 0, "^$")]
    [TestCase("apps/v1", "ReplicaSet", "replicas: 2", 2, "^w-.{5}$")]
    [TestCase("apps/v1", "StatefulSet", "replicas: 3", 3, "^w-[012]$")]
    [TestCase("apps/v1", "StatefulSet", "{replicas: 2, ordinals: {start: 5}}", 2, "^w-[56]$")]
    [TestCase("batch/v1", "Job", "parallelism: 4", 4, "^w-.{5}$")]
    [TestCase("batch/v1", "Job", "{parallelism: 4, completions: 2}", 2, "^w-.{5}$")]
    [TestCase("batch/v1", "Job", "{parallelism: 2, completions: 2, completionMode: Indexed}", 2, "^w-[01]-.{5}$")]
    [TestCase("batch/v1", "Job", "{parallelism: 2, suspend: true}", 0, "^$")]
    public void A_workload_makes_the_pods_that_its_controller_would(string version, string kind, string spec, int count, string name)
    {
        string text = Workload(version, kind, spec);
        Pod[] pods = [.. Clusters.Read(text).Pods];
        Assert.That(pods, Has.Length.EqualTo(count));
        Assert.That(pods.Select(p => p.Name), Has.All.Match(name));
        Assert.That(pods.Select(p => p.Name), Is.Unique);
        Assert.That(pods.Select(p => p.Namespace), Has.All.EqualTo("team"));
        Assert.That(pods.Select(p => p.Spec.Devices.Count), Has.All.EqualTo(1));
        Assert.That(pods.Select(p => p.Labels["app"]), Has.All.EqualTo("w"));
        Assert.That(pods.Select(p => p.Spec).Distinct(ReferenceEqualityComparer.Instance).Count(), Is.LessThanOrEqualTo(1));
        Assert.That(Clusters.Read(text).Pods.Select(p => p.Name), Is.EqualTo(pods.Select(p => p.Name)));
    }

    [Test]
    public void A_hundred_thousand_replicas_have_different_names() =>
        Assert.That(Clusters.Read(Workload("apps/v1", "Deployment", "replicas: 100000")).Pods.Select(p => p.Name).Distinct().Count(), Is.EqualTo(100_000));

    [Test]
    public void A_workload_that_lives_in_a_cluster_makes_no_pods()
    {
        ClusterManifest manifest = Clusters.Read(Workload("apps/v1", "Deployment", "replicas: 3").Replace("name: w,", "name: w, uid: u,", StringComparison.Ordinal));
        Assert.That(manifest.Pods, Is.Empty);
        Assert.That(manifest.Notes, Is.EqualTo(new[] { "Deployment objects come from a cluster, so that their pods count as they are and none was made: 1, such as team/w" }));
    }

    [Test]
    public void Jobs_with_more_completions_than_run_at_once_are_noted() =>
        Assert.That(Clusters.Read(Workload("batch/v1", "Job", "{completions: 5}")).Notes.Single(), Does.StartWith("Job objects have more completions than run at once"));

    [Test]
    public void Other_kinds_are_passed_over_and_counted()
    {
        ClusterManifest manifest = Clusters.Read("""
            apiVersion: v1
            kind: Service
            metadata: {name: s, namespace: a}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: t}
            ---
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: d}
            """);
        Assert.That(manifest.Notes, Is.EqualTo(new[] { "DaemonSet objects were passed over: 1, such as d", "Service objects were passed over: 2, such as a/s" }));
    }

    [TestCase("replicas: -1", "spec.replicas: -1 is out of range; write a whole number from 0 to 2000000")]
    [TestCase("replicas: many", "spec.replicas: \"many\" is not a whole number; write one from 0 to 2000000")]
    public void Wrong_replicas_are_an_error(string spec, string expected) =>
        Assert.That(Clusters.Errors(Workload("apps/v1", "Deployment", spec)).Single(), Does.EndWith(": " + expected));

    [Test]
    public void A_workload_without_template_or_spec_is_an_error()
    {
        Assert.That(Clusters.Errors("{apiVersion: apps/v1, kind: Deployment, metadata: {name: w}}"), Is.EqualTo(new[] { "m.yaml:1:1: spec: is required; add it" }));
        Assert.That(Clusters.Errors("{apiVersion: apps/v1, kind: Deployment, metadata: {name: w}, spec: {}}"), Is.EqualTo(new[] { "m.yaml:1:68: spec.template: is required; add it" }));
    }

    [Test]
    public void Workloads_together_make_a_bounded_number_of_pods() =>
        Assert.That(Clusters.Errors(Workload("apps/v1", "StatefulSet", "replicas: 1"), Workload("apps/v1", "Deployment", "replicas: 2000000")).Single(),
            Does.EndWith(": spec: makes 2000000 pods, and with those before more than 2000000; lower the number"));

    private static string Workload(string version, string kind, string spec) => $$$$"""
        apiVersion: {{{{version}}}}
        kind: {{{{kind}}}}
        metadata: {name: w, namespace: team}
        spec: { {{{{spec.Trim('{', '}')}}}}, template: {metadata: {labels: {app: w}}, spec: {containers: [{name: c, resources: {limits: {nvidia.com/gpu: 1}}}]}} }
        """.Replace("ordinals: {start: 5,", "ordinals: {start: 5},", StringComparison.Ordinal);
}
