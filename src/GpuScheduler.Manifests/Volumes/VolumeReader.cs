using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Reads volumes, claims and classes. Null: it has no name. The API server has checked them; what a person wrote wrongly in a manifest it would have refused.</summary>
internal static class VolumeReader
{
    public static bool Reads(ManifestObject item) => item is { Kind: "PersistentVolume" or "PersistentVolumeClaim", ApiVersion: "v1" } or { Kind: "StorageClass", ApiVersion: "storage.k8s.io/v1" };

    public static PersistentVolume? ReadVolume(MapReader reader)
    {
        (MapReader? metadata, MapReader? spec) = (reader.Map("metadata"), reader.Map("spec"));
        return metadata?.String("name") is not { Length: > 0 } name ? null : new PersistentVolume
        {
            Name = name,
            Uid = metadata.String("uid"),
            ResourceVersion = metadata.String("resourceVersion"),
            IsDeleting = metadata.Has("deletionTimestamp"),
            Labels = metadata.StringMap("labels"),
            StorageClass = ClassOf(metadata, spec),
            Capacity = StorageIn(spec, "capacity"),
            AccessModes = spec?.Strings("accessModes") ?? [],
            VolumeMode = ModeOf(spec),
            AttributesClass = spec?.String("volumeAttributesClassName") ?? "",
            Claim = spec?.Map("claimRef") is { } claim ? new VolumeClaimRef(claim.String("namespace"), claim.String("name"), claim.String("uid")) : null,
            Phase = reader.Map("status")?.String("phase") ?? "",
            Nodes = spec?.Map("nodeAffinity")?.Map("required") is { } nodes ? [.. nodes.Maps("nodeSelectorTerms").Select(AffinityReader.Term)] : null,
        };
    }

    public static PersistentVolumeClaim? ReadClaim(MapReader reader)
    {
        (MapReader? metadata, MapReader? spec) = (reader.Map("metadata"), reader.Map("spec"));
        if (metadata?.String("name") is not { Length: > 0 } name)
        {
            return null;
        }

        ImmutableSortedDictionary<string, string> annotations = metadata.StringMap("annotations");
        string volume = spec?.String("volumeName") ?? "";
        return new PersistentVolumeClaim
        {
            Namespace = metadata.String("namespace", "default"),
            Name = name,
            Uid = metadata.String("uid"),
            ResourceVersion = metadata.String("resourceVersion"),
            IsDeleting = metadata.Has("deletionTimestamp"),
            StorageClass = ClassOf(metadata, spec),
            Requested = StorageIn(spec?.Map("resources"), "requests"),
            AccessModes = spec?.Strings("accessModes") ?? [],
            VolumeMode = ModeOf(spec),
            AttributesClass = spec?.String("volumeAttributesClassName") ?? "",
            Selector = spec?.Map("selector") is { } selector ? LabelSelectorReader.Read(selector) : null,
            Volume = volume,
            IsBound = volume.Length > 0 && annotations.ContainsKey(VolumeKeys.BindCompleted),
            IsLost = reader.Map("status")?.String("phase") == VolumeKeys.Lost,
            SelectedNode = annotations.GetValueOrDefault(VolumeKeys.SelectedNode, ""),
            OwnerUid = metadata.Maps("ownerReferences").FirstOrDefault(o => o.Bool("controller", false))?.String("uid") ?? "",
        };
    }

    public static StorageClass? ReadClass(MapReader reader)
    {
        MapReader? metadata = reader.Map("metadata");
        return metadata?.String("name") is not { Length: > 0 } name ? null : new StorageClass
        {
            Name = name,
            Uid = metadata.String("uid"),
            ResourceVersion = metadata.String("resourceVersion"),
            Provisioner = reader.String("provisioner"),
            WaitsForPod = reader.String("volumeBindingMode") == "WaitForFirstConsumer",
            Topologies = [.. reader.Maps("allowedTopologies").Select(Topology)],
        };
    }

    private static NodeSelectorTerm Topology(MapReader term) => new()
    {
        MatchExpressions = [.. term.Maps("matchLabelExpressions").Select(e => new NodeSelectorRequirement(e.String("key"), NodeSelectorOperator.In, e.Strings("values")))],
    };

    private static string ClassOf(MapReader metadata, MapReader? spec) =>
        metadata.StringMap("annotations").GetValueOrDefault(VolumeKeys.OldClass) ?? spec?.String("storageClassName") ?? "";

    private static string ModeOf(MapReader? spec) => spec?.String("volumeMode") is { Length: > 0 } mode ? mode : "Filesystem";

    private static long StorageIn(MapReader? reader, string key) => reader is null ? 0 : Quantities.Read(reader, key)?["storage"] ?? 0;
}
