using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Reads which claims a pod's volumes are.</summary>
internal static class PodVolumeReader
{
    public static ImmutableArray<PodVolume> Read(MapReader spec)
    {
        ImmutableArray<PodVolume>.Builder? volumes = null;
        foreach (MapReader volume in spec.Maps("volumes"))
        {
            string claim = volume.Has("ephemeral") ? "" : volume.Map("persistentVolumeClaim")?.RequiredString("claimName") ?? "";
            if (claim.Length > 0 || volume.Has("ephemeral"))
            {
                (volumes ??= ImmutableArray.CreateBuilder<PodVolume>()).Add(new PodVolume(volume.RequiredString("name"), claim));
            }
        }

        return volumes?.ToImmutable() ?? [];
    }
}
