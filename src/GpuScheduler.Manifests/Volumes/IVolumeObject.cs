namespace GpuScheduler.Manifests;

/// <summary>A PersistentVolume, a PersistentVolumeClaim or a StorageClass.</summary>
public interface IVolumeObject
{
    /// <summary>Empty for cluster-wide ones.</summary>
    string Namespace { get; }

    string Name { get; }

    string Uid { get; }

    string ResourceVersion { get; }
}
