using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>Volumes, claims and classes as tests have them.</summary>
internal static class VolumeObjects
{
    public const long Gi = 1L << 30;

    /// <summary>Local disks that people made.</summary>
    public static readonly StorageClass Local = new() { Name = "local", Uid = "uid-local", Provisioner = VolumeKeys.NoProvisioner, WaitsForPod = true };

    /// <summary>Disks that are made for pods.</summary>
    public static readonly StorageClass Made = new() { Name = "made", Uid = "uid-made", Provisioner = "csi.example", WaitsForPod = true };

    /// <summary>Disks that are bound to claims before any pod comes.</summary>
    public static readonly StorageClass Immediate = new() { Name = "immediate", Uid = "uid-immediate", Provisioner = "csi.example" };

    /// <summary>A term that holds where a label has one of these values.</summary>
    public static ImmutableArray<NodeSelectorTerm> In(string key, params ImmutableArray<string> values) =>
        [new NodeSelectorTerm { MatchExpressions = [new NodeSelectorRequirement(key, NodeSelectorOperator.In, values)] }];

    /// <summary>An available local volume of a node.</summary>
    public static PersistentVolume LocalVolume(string name, string node, long gib = 10) => new()
    {
        Name = name,
        Uid = $"uid-{name}",
        StorageClass = Local.Name,
        Capacity = gib * Gi,
        AccessModes = ["ReadWriteOnce"],
        Phase = VolumeKeys.Available,
        Nodes = In(WellKnownLabels.Hostname, node),
    };

    public static PersistentVolumeClaim Claim(string name, string storageClass = "local", long gib = 5) => new()
    {
        Name = name,
        Uid = $"uid-{name}",
        StorageClass = storageClass,
        Requested = gib * Gi,
        AccessModes = ["ReadWriteOnce"],
    };

    /// <summary>A claim and its volume, bound to each other.</summary>
    public static (PersistentVolumeClaim Claim, PersistentVolume Volume) Bound(PersistentVolumeClaim claim, PersistentVolume volume) =>
        (claim with { Volume = volume.Name, IsBound = true }, volume with { Claim = new VolumeClaimRef(claim.Namespace, claim.Name, claim.Uid), Phase = VolumeKeys.Bound });

    /// <summary>A node with its name as label, and perhaps a zone.</summary>
    public static Node Node(string name, string zone = "")
    {
        Node node = EngineRun.Node(name);
        ImmutableSortedDictionary<string, string> labels = node.Labels.SetItem(WellKnownLabels.Hostname, name);
        return node with { Labels = zone.Length == 0 ? labels : labels.SetItem(WellKnownLabels.Zone, zone) };
    }

    public static Pod Pod(params string[] claims) => new()
    {
        Name = "p",
        Uid = "uid-p",
        Spec = EngineRun.Spec(0),
        Volumes = [.. claims.Select((c, i) => new PodVolume($"v{i}", c))],
    };

    /// <summary>A run on these nodes, each in its own zone, where all has been listed.</summary>
    public static EngineRun Run(params string[] nodes)
    {
        EngineRun run = new();
        foreach (string node in nodes)
        {
            run.Api.SetNode(Node(node, $"zone-{node}"));
        }

        foreach (StorageClass storageClass in (StorageClass[])[Local, Made, Immediate])
        {
            run.Api.Volumes.Set(storageClass);
        }

        run.Api.Volumes.List();
        return run;
    }
}
