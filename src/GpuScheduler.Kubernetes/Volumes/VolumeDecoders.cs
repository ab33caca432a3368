using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>Decoders of volumes, claims and classes.</summary>
internal static class VolumeDecoders
{
    public static VolumeObjectDecoder<PersistentVolume> Volumes(string version) => new("persistentvolumes", $"/api/{version}", VolumeMessages.PersistentVolume, ApiObjectReader.ReadVolume);

    public static VolumeObjectDecoder<PersistentVolumeClaim> Claims(string version) =>
        new("persistentvolumeclaims", $"/api/{version}", VolumeMessages.PersistentVolumeClaim, ApiObjectReader.ReadVolumeClaim);

    public static VolumeObjectDecoder<StorageClass> Classes(string version) =>
        new("storageclasses", $"/apis/storage.k8s.io/{version}", VolumeMessages.StorageClass, ApiObjectReader.ReadStorageClass);
}
