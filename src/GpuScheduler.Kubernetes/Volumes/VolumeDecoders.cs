using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>Decoders of volumes, claims and classes.</summary>
public static class VolumeDecoders
{
    public static IObjectDecoder<PersistentVolume> Volumes(string version) => new VolumeObjectDecoder<PersistentVolume>("persistentvolumes", $"/api/{version}", VolumeMessages.PersistentVolume, ApiObjectReader.ReadVolume);

    public static IObjectDecoder<PersistentVolumeClaim> Claims(string version) =>
        new VolumeObjectDecoder<PersistentVolumeClaim>("persistentvolumeclaims", $"/api/{version}", VolumeMessages.PersistentVolumeClaim, ApiObjectReader.ReadVolumeClaim);

    public static IObjectDecoder<StorageClass> Classes(string version) =>
        new VolumeObjectDecoder<StorageClass>("storageclasses", $"/apis/storage.k8s.io/{version}", VolumeMessages.StorageClass, ApiObjectReader.ReadStorageClass);
}
