namespace GpuScheduler.Cluster;

/// <summary>What is asked of each device: a share of its compute, an amount of its memory, or both; what is not asked is 0.</summary>
internal readonly record struct DeviceAmount(int Milli, int MemoryMiB)
{
    public static readonly DeviceAmount Whole = Share(Device.FullMilli);

    public static DeviceAmount Share(int milli) => new(milli, 0);

    public static DeviceAmount Memory(int memoryMiB) => new(0, memoryMiB);

    public override string ToString() =>
        MemoryMiB > 0 ? $"{MemoryMiB} MiB{(Milli > 0 ? $" and {Milli} milli" : "")} of each device"
        : Milli == Device.FullMilli ? "whole devices"
        : $"{Milli} milli of each device";
}
