using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>
/// What a pod asks of a node's accelerators, whatever annotation or resource name it was written with:
/// <see cref="Count"/> devices, and of each a share of compute or an amount of memory, or both.
/// </summary>
public sealed record DeviceRequest
{
    /// <summary>A pod that wants no device.</summary>
    public static readonly DeviceRequest None = new();

    /// <summary>How many different devices; 0: none.</summary>
    public int Count { get; init; }

    /// <summary>Compute of each device, 1 to 1000 milli; 1000 is the whole, exclusive device. 0 where <see cref="MemoryMiB"/> alone states the share.</summary>
    public int Milli { get; init; }

    /// <summary>Memory of each device, MiB; 0 where <see cref="Milli"/> alone states the share.</summary>
    public int MemoryMiB { get; init; }

    /// <summary>Models allowed, sorted; empty: any.</summary>
    public ImmutableArray<string> Models { get; init; } = [];

    /// <summary>Parts of names, one of which a model must have, in any case; sorted; empty: any.</summary>
    public ImmutableArray<string> ModelsLike { get; init; } = [];

    /// <summary>Parts of names, none of which a model may have, in any case; sorted.</summary>
    public ImmutableArray<string> ModelsUnlike { get; init; } = [];

    /// <summary>The extended resource that the pod requests, of which the devices must be; empty: it asks by annotation, for devices of any.</summary>
    public string Resource { get; init; } = "";

    /// <summary>In what the pod asks, and so who can hand the devices out.</summary>
    public DeviceRequestForm Form { get; init; }

    /// <summary>What asked, in the words of whoever wrote the pod; for messages.</summary>
    public string Source { get; init; } = "";

    public bool IsNone => Count == 0;

    /// <summary>Whole devices, shared with nobody.</summary>
    public bool IsExclusive => Milli == Device.FullMilli;

    /// <summary>True where it takes <see cref="Milli"/> of every device that there is, whatever its resource, model and memory and however many may share it.</summary>
    public bool IsAlikeEverywhere => MemoryMiB == 0 && Models.IsEmpty && ModelsLike.IsEmpty && ModelsUnlike.IsEmpty && Resource.Length == 0 && Form != DeviceRequestForm.Hami;

    /// <summary>True where the device is of the resource and of a model that are asked for.</summary>
    public bool Allows(Device device) => IsFor(device) && Allows(device.Model);

    /// <summary>True where the device is of the resource that is asked for.</summary>
    public bool IsFor(Device device) =>
        Resource.Length == 0 || device.Resource.Length == 0 || string.Equals(Resource, device.Resource, StringComparison.Ordinal);

    /// <summary>True where <paramref name="model"/> is allowed.</summary>
    public bool Allows(string model) =>
        (Models.IsEmpty || Models.Contains(model, StringComparer.Ordinal))
        && (ModelsLike.IsEmpty || ModelsLike.Any(part => model.Contains(part, StringComparison.OrdinalIgnoreCase)))
        && !ModelsUnlike.Any(part => model.Contains(part, StringComparison.OrdinalIgnoreCase));

    /// <summary>True where whoever hands out devices under this regime hears of the request, and can do as it says.</summary>
    public bool IsHeardIn(AllocationRegime regime) =>
        Form switch
        {
            DeviceRequestForm.Hami => regime == AllocationRegime.Hami,
            DeviceRequestForm.Claim => regime == AllocationRegime.Dra,
            _ => regime switch
            {
                AllocationRegime.Hami => Resource == DeviceRequestKeys.NvidiaGpu,
                AllocationRegime.Dra => false,
                _ => true,
            },
        };

    /// <summary>What this request takes of <paramref name="device"/>, at least what keeps the number of its sharers within its limit.</summary>
    /// <inheritdoc cref="TryShareOf(int, out DeviceShare)"/>
    public bool TryShareOf(Device device, out DeviceShare share)
    {
        bool isServed = TryShareOf(device.MemoryMiB, out share) && device.IsUsable && IsFor(device);
        if (share.Milli < device.LeastMilli && !IsNone)
        {
            share = share with { Milli = (short)device.LeastMilli };
        }

        return isServed;
    }

    /// <summary>
    /// What this request takes of a device with <paramref name="deviceMemoryMiB"/> of memory. A share takes memory in proportion,
    /// rounded down; an amount of memory takes compute in proportion, rounded up, or the share that is asked beside it if that is larger: so memory is never
    /// oversold while no device is over 1000 milli.
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
        share = new DeviceShare((short)Math.Max(milli, Milli), MemoryMiB);
        return true;
    }
}
