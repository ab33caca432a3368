using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Reads <c>VolumeBindingArgs</c>.</summary>
internal static class VolumeBindingArgsReader
{
    /// <summary>kube-scheduler's default.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(600);

    /// <summary><c>bindTimeoutSeconds</c>.</summary>
    public static TimeSpan Read(MapReader args)
    {
        if (!args.Items("shape").IsEmpty)
        {
            args.Error("shape", "scores nodes by the capacity of their storage (StorageCapacityScoring), which is not done here; remove it");
        }

        return TimeSpan.FromSeconds(args.Long("bindTimeoutSeconds", 0, int.MaxValue, (long)DefaultTimeout.TotalSeconds));
    }
}
