using System.ComponentModel;
using System.Diagnostics;
using k8s;
using YamlDotNet.RepresentationModel;

namespace GpuScheduler.Server.Tests;

/// <summary>What <c>kubectl kustomize</c> makes of the manifests.</summary>
public sealed class KustomizeTests
{
    [TestCase("base", 2)]
    [TestCase("overlays/single-replica", 1)]
    [TestCase("overlays/prometheus", 2)]
    [TestCase("overlays/traces", 2)]
    public void It_builds_and_every_object_is_in_our_namespace(string folder, int replicas)
    {
        IReadOnlyList<YamlNode> objects = Build(folder);
        foreach (YamlNode item in objects.Where(o => o["kind"].ToString() is not ("Namespace" or "ClusterRole" or "ClusterRoleBinding")))
        {
            Assert.That(item.TextAt("metadata/namespace"), Is.EqualTo("gpuscheduler"), item["kind"].ToString());
        }

        YamlNode deployment = objects.Single(o => o["kind"].ToString() == "Deployment");
        Assert.That(deployment.TextAt("spec/replicas"), Is.EqualTo($"{replicas}"));
        string mounted = deployment.TextAt("spec/template/spec/volumes/0/configMap/name")!;
        Assert.That(objects.Single(o => o["kind"].ToString() == "ConfigMap").TextAt("metadata/name"), Is.EqualTo(mounted));
    }

    [Test]
    public void All_that_selects_pods_selects_those_of_the_deployment()
    {
        IReadOnlyList<YamlNode> objects = Build("overlays/prometheus");
        foreach ((string kind, string path) in new[]
        {
            ("Deployment", "spec/template/metadata/labels"), ("Deployment", "spec/selector/matchLabels"), ("Service", "spec/selector"), ("PodDisruptionBudget", "spec/selector/matchLabels"),
            ("NetworkPolicy", "spec/podSelector/matchLabels"), ("ServiceMonitor", "spec/selector/matchLabels"),
        })
        {
            YamlMappingNode selector = (YamlMappingNode)objects.Single(o => o["kind"].ToString() == kind).At(path)!;
            Assert.That(selector["app.kubernetes.io/name"].ToString(), Is.EqualTo("gpuscheduler"), kind);
        }
    }

    /// <summary>KubernetesClient's models know every field of the built-in kinds.</summary>
    [TestCase("base")]
    [TestCase("overlays/single-replica")]
    [TestCase("overlays/traces")]
    public void No_object_has_a_field_that_the_api_does_not_know(string folder)
    {
        IReadOnlyList<object> objects = KubernetesYaml.LoadAllFromString(BuildText(folder), strict: true);
        Assert.That(objects, Has.Count.GreaterThanOrEqualTo(10));
        Assert.That(() => KubernetesYaml.LoadAllFromString("apiVersion: v1\nkind: Service\nspec:\n  portz: []\n", strict: true), Throws.Exception, "the models are strict");
    }

    [Test]
    public void A_single_replica_waits_for_no_lease_and_may_be_evicted()
    {
        IReadOnlyList<YamlNode> objects = Build("overlays/single-replica");
        YamlNode deployment = objects.Single(o => o["kind"].ToString() == "Deployment");
        Assert.That(deployment.At("spec/template/spec/containers/0/args")!.Strings(), Does.Contain("--leader-elect=false"));
        Assert.That(deployment.TextAt("spec/strategy/type"), Is.EqualTo("Recreate"));
        Assert.That(objects.Select(o => o["kind"].ToString()), Does.Not.Contain("PodDisruptionBudget"));
    }

    private static IReadOnlyList<YamlNode> Build(string folder) => YamlFiles.Documents(BuildText(folder));

    private static string BuildText(string folder)
    {
        ProcessStartInfo start = new("kubectl", ["kustomize", Path.Combine(YamlFiles.Folder, folder)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process kubectl = Process.Start(start)!;
            Task<string> errors = kubectl.StandardError.ReadToEndAsync();
            string built = kubectl.StandardOutput.ReadToEnd();
            kubectl.WaitForExit();
            Assert.That(kubectl.ExitCode, Is.Zero, errors.Result);
            return built;
        }
        catch (Win32Exception)
        {
            Assert.Ignore("kubectl is not on the PATH: the manifests were not built");
            return "";
        }
    }
}
