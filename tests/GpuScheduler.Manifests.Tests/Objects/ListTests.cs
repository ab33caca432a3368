using System.Globalization;
using System.Text;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests.Tests;

public sealed class ListTests
{
    [TestCase("v1", "List")]
    [TestCase("v1", "PodList")]
    public void A_list_is_its_items(string version, string kind)
    {
        string header = kind == "List" ? "\"apiVersion\": \"v1\", \"kind\": \"Pod\", " : "";
        string text = $$$"""
            {"apiVersion": "{{{version}}}", "kind": "{{{kind}}}", "metadata": {"resourceVersion": ""}, "items": [
              { {{{header}}}"metadata": {"name": "a"}, "spec": {"containers": [{"name": "c"}]}},
              { {{{header}}}"metadata": {"name": "b"}, "spec": {"containers": [{"name": "c"}]}}]}
            """;
        Assert.That(Clusters.Read(text).Pods.Select(p => p.Name), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void Errors_in_a_list_name_the_item() =>
        Assert.That(Clusters.Errors("{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"},\"spec\":{}},{\"kind\":\"Pod\"},5]}"), Is.EqualTo(new[]
        {
            "m.yaml:1:110: items[1].apiVersion: is required; add apiVersion, as every Kubernetes object has",
            "m.yaml:1:125: items[2]: \"5\" is a number; write a map (key: value)",
            "m.yaml:1:106: items[0].spec.containers: has no container; add one",
        }));

    [Test]
    public void A_document_that_is_no_object_is_an_error() =>
        Assert.That(Clusters.Errors("- 1\n---\na: 1\n"), Is.EqualTo(new[]
        {
            "m.yaml:1:1: this is a list; write a map (key: value)",
            "m.yaml:3:1: kind: is required; add kind, as every Kubernetes object has",
            "m.yaml:3:1: apiVersion: is required; add apiVersion, as every Kubernetes object has",
        }));

    [Test]
    public void Json_and_yaml_dumps_of_one_cluster_read_alike()
    {
        string json = Clusters.NodeText() + "\n---\n" + Clusters.PodText("nodeName: n", status: "{phase: Running}");
        ClusterManifest yaml = Clusters.Read(json);
        ClusterManifest dump = Clusters.Read("""
            {"apiVersion":"v1","kind":"List","items":[
             {"apiVersion":"v1","kind":"Node","metadata":{"name":"n"},"status":{"allocatable":{"cpu":"8"}}},
             {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"nodeName":"n","containers":[{"name":"c"}]},"status":{"phase":"Running"}}]}
            """);
        Assert.That(dump.Nodes.Single().Allocatable, Is.EqualTo(yaml.Nodes.Single().Allocatable));
        Assert.That(dump.Pods.Single().BoundNode, Is.EqualTo(yaml.Pods.Single().BoundNode));
    }

    [Test]
    public void A_dump_of_ten_thousand_pods_is_read()
    {
        string managed = string.Join(",", Enumerable.Range(0, 60).Select(i => $"\"f:field{i}\":{{\".\":{{}},\"f:sub\":{{}}}}"));
        StringBuilder text = new("{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[\n");
        for (int i = 0; i < 10_000; i++)
        {
            text.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $$$$"""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p{{{{i}}}}","namespace":"ns{{{{i % 7}}}}","uid":"{{{{i}}}}-uid","managedFields":[{{{{{managed}}}}}],"labels":{"app":"a{{{{i % 30}}}}"}},
                 "spec":{"containers":[{"name":"c","image":"i:{{{{i % 30}}}}","env":[{"name":"A","value":"B"},{"name":"C","value":"D"}],"resources":{"limits":{"cpu":"{{{{i % 9}}}}","nvidia.com/gpu":"{{{{i % 3}}}}"}}}],
                  "tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}]},"status":{"phase":"Pending"}}
                """);
        }

        text.Append("]}");
        long start = TimeProvider.System.GetTimestamp();
        ClusterManifest manifest = Clusters.Read(text.ToString());
        TestContext.Out.WriteLine($"{text.Length / 1e6:F1} MB in {TimeProvider.System.GetElapsedTime(start).TotalMilliseconds:F0} ms");
        Assert.That(manifest.Pods, Has.Length.EqualTo(10_000));
        Assert.That(manifest.Pods[4321].Spec.Devices.Count, Is.EqualTo(4321 % 3));
    }

    [Test]
    public void A_truncated_dump_is_one_error()
    {
        string text = "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\n\"metadata\":{\"name\":\"a\"},\"spec\":{\"containers\":[{\"name\":\"c\"}]}}]}";
        for (int length = 1; length < text.Length; length++)
        {
            ConfigurationErrors errors = [];
            Assert.That(ManifestReader.Read([ManifestFile.Of("d.json", text[..length])], errors), Is.Null);
            Assert.That(errors.Single().ToString(), Does.StartWith("d.json:").And.Contain("the file is not valid JSON: "));
        }
    }
}
