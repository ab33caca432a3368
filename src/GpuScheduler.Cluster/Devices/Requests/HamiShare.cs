namespace GpuScheduler.Cluster;

/// <summary>What one container asks of GPUs in HAMi's resources. A resource that is absent, or 0, says nothing.</summary>
/// <param name="Count">How many devices (<c>nvidia.com/gpu</c>).</param>
/// <param name="MemoryMiB">Memory of each, MiB.</param>
/// <param name="MemoryPercent">Memory of each, percent.</param>
/// <param name="CoresPercent">Compute of each, percent.</param>
public readonly record struct HamiShare(long Count, long MemoryMiB, long MemoryPercent, long CoresPercent)
{
    private const int Percent = 100;

    /// <summary>It limits what a device gives.</summary>
    public bool IsLimited => MemoryMiB != 0 || MemoryPercent != 0 || CoresPercent != 0;

    /// <summary>Without a limit of memory the container gets all of it, and so the whole device.</summary>
    internal DeviceAmount Amount
    {
        get
        {
            const int MilliPerPercent = Device.FullMilli / Percent;
            int cores = MilliPerPercent * (int)CoresPercent;
            return MemoryMiB > 0 ? new DeviceAmount(cores, (int)MemoryMiB)
                : DeviceAmount.Share(Math.Max(cores, MilliPerPercent * (MemoryPercent == 0 ? Percent : (int)MemoryPercent)));
        }
    }

    public static HamiShare Of(Container container) => new(
        container.Requests[DeviceRequestKeys.NvidiaGpu],
        container.Requests[DeviceRequestKeys.HamiMemory],
        container.Requests[DeviceRequestKeys.HamiMemoryPercentage],
        container.Requests[DeviceRequestKeys.HamiCores]);

    /// <summary>The limits that HAMi's device plugin is to set for a device with <paramref name="deviceMemoryMiB"/> of memory.</summary>
    /// <returns>Memory, MiB; cores, percent, where 0 sets no limit: that is for those who ask only for memory. A whole device is told to be one.</returns>
    public (long MemoryMiB, long CoresPercent) On(int deviceMemoryMiB)
    {
        long memory = MemoryMiB > 0 ? MemoryMiB : (long)deviceMemoryMiB * (MemoryPercent == 0 ? Percent : MemoryPercent) / Percent;
        bool isWhole = CoresPercent == 0 && MemoryMiB == 0 && MemoryPercent is 0 or Percent;
        return (memory, isWhole ? Percent : CoresPercent);
    }
}
