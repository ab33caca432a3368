using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>
/// What a pod asks of a node's accelerators, whatever annotation or resource name it was written with:
/// <see cref="Count"/> devices, and of each either a share of compute or an amount of memory.
/// </summary>
public sealed record DeviceRequest
{
    /// <summary>A pod that wants no device.</summary>
    public static readonly DeviceRequest None = new();

    /// <summary>How many different devices; 0: none.</summary>
    public int Count { get; init; }

    /// <summary>Compute of each device, 1 to 1000 milli; 1000 is the whole, exclusive device. 0 where <see cref="MemoryMiB"/> states the share.</summary>
    public int Milli { get; init; }

    /// <summary>Memory of each device, MiB; 0 where <see cref="Milli"/> states the share.</summary>
    public int MemoryMiB { get; init; }

    /// <summary>Models allowed, sorted; empty: any.</summary>
    public ImmutableArray<string> Models { get; init; } = [];

    /// <summary>What asked, in the words of whoever wrote the pod; for messages.</summary>
    public string Source { get; init; } = "";

    public bool IsNone => Count == 0;

    /// <summary>Whole devices, shared with nobody.</summary>
    public bool IsExclusive => Milli == Device.FullMilli;

    /// <summary>True where <paramref name="model"/> is allowed.</summary>
    public bool Allows(string model) => Models.IsEmpty || Models.Contains(model, StringComparer.Ordinal);

    /// <summary>
    /// What this request takes of a device with <paramref name="deviceMemoryMiB"/> of memory. A share takes memory in proportion,
    /// rounded down; an amount of memory takes compute in proportion, rounded up: so memory is never oversold while no device is over 1000 milli.
    /// </summary>
    /// <returns>False where the device cannot serve the request even when it is free.</returns>
    public bool TryShareOf(int deviceMemoryMiB, out DeviceShare share)
    {
        if (MemoryMiB == 0)
        {
            share = new DeviceShare((short)Milli, (int)((long)deviceMemoryMiB * Milli / Device.FullMilli));
            return (uint)Milli <= Device.FullMilli;
        }

        if ((uint)MemoryMiB > (uint)deviceMemoryMiB)
        {
            share = default;
            return false;
        }

        long milli = (((long)MemoryMiB * Device.FullMilli) + deviceMemoryMiB - 1) / deviceMemoryMiB;
        share = new DeviceShare((short)milli, MemoryMiB);
        return true;
    }
}
