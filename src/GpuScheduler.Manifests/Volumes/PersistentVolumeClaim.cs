using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>A PersistentVolumeClaim.</summary>
public sealed record PersistentVolumeClaim : IVolumeObject
{
    public string Namespace { get; init; } = "default";

    public required string Name { get; init; }

    public string Uid { get; init; } = "";

    public string ResourceVersion { get; init; } = "";

    public bool IsDeleting { get; init; }

    /// <summary>Its class; empty: none.</summary>
    public string StorageClass { get; init; } = "";

    /// <summary>Bytes.</summary>
    public long Requested { get; init; }

    public ImmutableArray<string> AccessModes { get; init; } = [];

    /// <summary><c>Filesystem</c> or <c>Block</c>.</summary>
    public string VolumeMode { get; init; } = "Filesystem";

    /// <summary><c>volumeAttributesClassName</c>; empty: none.</summary>
    public string AttributesClass { get; init; } = "";

    /// <summary>Which volumes, by their labels; null: any.</summary>
    public LabelSelector? Selector { get; init; }

    /// <summary>Its volume; empty: none yet.</summary>
    public string Volume { get; init; } = "";

    /// <summary>The volume controller has finished with it.</summary>
    public bool IsBound { get; init; }

    /// <summary>Its volume is gone.</summary>
    public bool IsLost { get; init; }

    /// <summary>The node for which a volume is to be made; empty: none.</summary>
    public string SelectedNode { get; init; } = "";

    /// <summary>UID of its controller, the pod of an ephemeral volume; empty: it has none.</summary>
    public string OwnerUid { get; init; } = "";

    public bool IsForOnePod => AccessModes.Contains(VolumeKeys.ReadWriteOncePod);

    public override string ToString() => $"PersistentVolumeClaim {Namespace}/{Name}";
}
