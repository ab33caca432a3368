using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests.Tests;

/// <summary>Reads manifests that tests write.</summary>
internal static class Clusters
{
    public static ClusterManifest Read(params string[] texts)
    {
        ConfigurationErrors errors = [];
        ClusterManifest? manifest = ManifestReader.Read(texts.Index().Select(t => ManifestFile.Of(NameOf(t.Index, texts.Length), t.Item)), errors);
        Assert.That(errors, Is.Empty);
        return manifest!;
    }

    public static string[] Errors(params string[] texts)
    {
        ConfigurationErrors errors = [];
        ClusterManifest? manifest = ManifestReader.Read(texts.Index().Select(t => ManifestFile.Of(NameOf(t.Index, texts.Length), t.Item)), errors);
        Assert.That(manifest, errors.Count > 0 ? Is.Null : Is.Not.Null);
        return [.. errors.Select(e => e.ToString())];
    }

    /// <summary>A node called <c>n</c> with lines of metadata and status (without indentation).</summary>
    public static string NodeText(string metadata = "", string allocatable = "cpu: 8", string capacity = "") => $$"""
        apiVersion: v1
        kind: Node
        metadata:
          name: n
        {{Configurations.Indent(metadata, 2)}}
        status:
          allocatable: { {{allocatable}} }
          {{(capacity.Length == 0 ? "" : $"capacity: {{ {capacity} }}")}}
        """;

    public static Node Node(string metadata = "", string allocatable = "cpu: 8", string capacity = "") =>
        Read(NodeText(metadata, allocatable, capacity)).Nodes.Single();

    /// <summary>A pod called <c>p</c> with lines of metadata and spec (without indentation).</summary>
    public static string PodText(string spec = "", string metadata = "", string status = "") => $$"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: p
        {{Configurations.Indent(metadata, 2)}}
        {{(status.Length == 0 ? "" : $"status: {status}")}}
        spec:
        {{Configurations.Indent(spec.Contains("containers:", StringComparison.Ordinal) ? spec : "containers: [{name: c}]\n" + spec, 2)}}
        """;

    public static Pod Pod(string spec = "", string metadata = "", string status = "") => Read(PodText(spec, metadata, status)).Pods.Single();

    /// <summary>One object as an API server would have it.</summary>
    public static MapNode Map(string yaml)
    {
        ConfigurationErrors errors = [];
        DocumentNode? document = DocumentParser.ParseOne("m.yaml", yaml, DocumentOptions.ApiObjects, errors);
        Assert.That(errors, Is.Empty);
        return (MapNode)document!;
    }

    private static string NameOf(int index, int count) => count == 1 ? "m.yaml" : $"m{index}.yaml";
}
