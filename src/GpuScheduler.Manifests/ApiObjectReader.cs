using System.Collections.Frozen;
using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>
/// Reads single objects as an API server sends them. What is wrong with one is said in sentences and costs no other its reading; what could be read of it
/// is there all the same, so that a bound pod counts where it is.
/// </summary>
public static class ApiObjectReader
{
    private static readonly FrozenDictionary<string, (Node Node, ManifestObject Object)> NoNodes = FrozenDictionary<string, (Node Node, ManifestObject Object)>.Empty;

    /// <summary>A pod; null where it has not even a spec.</summary>
    /// <param name="document">The object.</param>
    /// <param name="problems">A sentence for each thing that is wrong.</param>
    public static Pod? ReadPod(MapNode document, out ImmutableArray<string> problems)
    {
        ConfigurationErrors errors = [];
        PodReader reader = new(errors, new Notes(), new PriorityClasses(), NoNodes);
        reader.Read(new ManifestObject("v1", "Pod", new MapReader(document, errors)));
        problems = Sentences(errors);
        Pod? pod = reader.Pods.Count == 0 ? null : reader.Pods[0];

        // A server's object always has its status; should it not, spec.nodeName says all the same where the pod is.
        return pod is { Spec.NodeName: { Length: > 0 } node } ? pod with { BoundNode = node, Spec = pod.Spec with { NodeName = "" } } : pod;
    }

    /// <summary>A node. One without a status offers nothing yet.</summary>
    /// <param name="document">The object.</param>
    /// <param name="shapes">Device shapes that its annotation may name.</param>
    /// <param name="problems">A sentence for each thing that is wrong.</param>
    public static Node? ReadNode(MapNode document, ShapeCatalog shapes, out ImmutableArray<string> problems)
    {
        ConfigurationErrors errors = [];
        NodeReader reader = new(errors, new Notes(), shapes);
        reader.Read(new ManifestObject("v1", "Node", new MapReader(document, errors)));
        problems = Sentences(errors);
        return reader.Nodes.Count > 0 ? reader.Nodes[0]
            : (document["metadata"] as MapNode)?["name"] is ScalarNode { Text: var name } ? new Node { Name = name } : null;
    }

    /// <summary>A PodDisruptionBudget.</summary>
    /// <param name="document">The object.</param>
    /// <param name="apiVersion">Its version, <c>policy/v1</c> or <c>policy/v1beta1</c>: in lists and watches it need not say so itself.</param>
    /// <param name="problems">A sentence for each thing that is wrong.</param>
    public static DisruptionBudget ReadBudget(MapNode document, string apiVersion, out ImmutableArray<string> problems)
    {
        ConfigurationErrors errors = [];
        BudgetReader reader = new();
        reader.Read(new ManifestObject(apiVersion, "PodDisruptionBudget", new MapReader(document, errors)));
        problems = Sentences(errors);
        return reader.For([])[0];
    }

    /// <summary>An object that states a gang; null where it has no name. What is wrong with it is among its problems.</summary>
    /// <param name="document">The object.</param>
    /// <param name="apiVersion">Its version: in lists and watches it need not say so itself.</param>
    /// <param name="kind">Its kind.</param>
    public static GangObject? ReadGang(MapNode document, string apiVersion, string kind) => GangReader.Read(new ManifestObject(apiVersion, kind, new MapReader(document, [])));

    /// <summary>An object that states levels or domains; what is wrong with it is among its problems.</summary>
    /// <inheritdoc cref="ReadGang"/>
    public static TopologyObjects ReadTopology(MapNode document, string apiVersion, string kind)
    {
        TopologyReader reader = new();
        reader.TryRead(new ManifestObject(apiVersion, kind, new MapReader(document, [])));
        return reader.ToObjects();
    }

    /// <summary>A ResourceClaim; null where it has no name. What is wrong with it is among its problems.</summary>
    public static ResourceClaim? ReadClaim(MapNode document) => ClaimReader.Read(new MapReader(document, []));

    /// <summary>A ResourceSlice as far as it can be read; null where it has no name.</summary>
    public static ResourceSlice? ReadSlice(MapNode document) => SliceReader.Read(new MapReader(document, []));

    /// <summary>A DeviceClass; null where it has no name. What is wrong with it is among its problems.</summary>
    public static DeviceClass? ReadDeviceClass(MapNode document) => SliceReader.ReadClass(new MapReader(document, []));

    /// <summary>A PersistentVolume; null where it has no name.</summary>
    public static PersistentVolume? ReadVolume(MapNode document) => VolumeReader.ReadVolume(new MapReader(document, []));

    /// <summary>A PersistentVolumeClaim; null where it has no name.</summary>
    public static PersistentVolumeClaim? ReadVolumeClaim(MapNode document) => VolumeReader.ReadClaim(new MapReader(document, []));

    /// <summary>A StorageClass; null where it has no name.</summary>
    public static StorageClass? ReadStorageClass(MapNode document) => VolumeReader.ReadClass(new MapReader(document, []));

    private static ImmutableArray<string> Sentences(ConfigurationErrors errors) =>
        [.. errors.Select(e => e.Path.Length == 0 ? e.Message : $"{e.Path}: {e.Message}")];
}
