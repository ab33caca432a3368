using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>What a request takes of each device of a shape, and whether such a node can serve it at all.</summary>
internal sealed class DeviceNeed
{
    /// <summary>Stands for "this device cannot serve the request": no device has as much.</summary>
    public const short Unservable = short.MaxValue;

    private DeviceNeed(int count, Vector256<short> milli, short milliEach, short milliMost, bool isUniform, SubsetTable? subsets, string? impossible)
    {
        Subsets = subsets;
        Count = count;
        Milli = milli;
        MilliEach = milliEach;
        MilliMost = milliMost;
        LeavesChoiceOpen = milliEach == Device.FullMilli;
        IsIndifferent = LeavesChoiceOpen && isUniform;
        Impossible = impossible;
    }

    /// <summary>How many different devices.</summary>
    public int Count { get; }

    /// <summary>Compute to take by device; <see cref="Unservable"/> where the device cannot serve the request or does not exist.</summary>
    public Vector256<short> Milli { get; }

    /// <summary>Compute to take of a device where all devices of the shape serve the request alike; 0 where they do not.</summary>
    public short MilliEach { get; }

    /// <summary>The most compute the request can take of one device; 0 for pods that ask for none.</summary>
    public short MilliMost { get; }

    /// <summary>True where any device will do, and as a whole: only then may somebody else (the kubelet) pick.</summary>
    public bool LeavesChoiceOpen { get; }

    /// <summary>True where whole devices are asked for and all are alike: which of the free ones are taken makes no difference.</summary>
    public bool IsIndifferent { get; }

    /// <summary>Which whole devices to take together; null where shares are asked for, or where no links are known and which of them are taken is arbitrary.</summary>
    public SubsetTable? Subsets { get; }

    /// <summary>Why such a node cannot serve the request even when nothing is placed there; null where it can.</summary>
    public string? Impossible { get; }

    public static DeviceNeed Of(DeviceRequest request, DeviceShape shape)
    {
        Span<short> milli = stackalloc short[Device.MaxPerNode];
        milli.Fill(Unservable);
        int usable = 0, counted = 0, allowed = 0, servable = 0;
        short least = Unservable, most = 0;
        foreach (Device device in shape.Devices)
        {
            usable += device.IsUsable ? 1 : 0;
            if (request.IsNone || !device.IsUsable || !request.IsFor(device))
            {
                continue;
            }

            counted++;
            if (!request.Allows(device.Model))
            {
                continue;
            }

            allowed++;
            if (request.TryShareOf(device, out DeviceShare share))
            {
                servable++;
                milli[device.Index] = share.Milli;
                least = Math.Min(least, share.Milli);
                most = Math.Max(most, share.Milli);
            }
        }

        // What is not usable has nothing free either: no column passes it for the others.
        bool alike = servable > 0 && servable == usable && least == most;
        string? impossible = request.IsNone ? null
            : shape.Count == 0 ? GpuReasons.NoDevice
            : usable == 0 ? GpuReasons.NoUsableDevice
            : counted == 0 ? GpuReasons.NoneOf(request.Resource)
            : allowed == 0 ? GpuReasons.OtherModel
            : allowed < request.Count ? GpuReasons.TooFewDevices
            : servable < request.Count ? GpuReasons.TooLittleMemory
            : null;
        return new DeviceNeed(
            request.Count, Vector256.Create<short>(milli), alike ? least : (short)0, most, shape.IsUniform,
            request.IsExclusive ? shape.Subsets : null, impossible);
    }

    /// <summary>True where such a node, empty, could serve the request that this is the need of under this regime.</summary>
    public bool IsPossible(DeviceRequest request, AllocationRegime regime) =>
        Impossible is null && request.IsHeardIn(regime) && (regime != AllocationRegime.DevicePlugin || LeavesChoiceOpen);

    /// <summary>The devices that have room now, given what each has free.</summary>
    public DeviceSet Fitting(Vector256<short> freeMilli) =>
        new((ushort)Vector256.GreaterThanOrEqual(freeMilli, Milli).ExtractMostSignificantBits());

    /// <summary>True where enough devices have room.</summary>
    public bool Fits(Vector256<short> freeMilli) =>
        BitOperations.PopCount(Vector256.GreaterThanOrEqual(freeMilli, Milli).ExtractMostSignificantBits()) >= Count;

    /// <summary>
    /// How many such requests fit one after another, if devices are chosen well. Each takes <see cref="Count"/> different devices, so k of them fit exactly where the
    /// devices' own numbers of shares, none counted more than k times, add up to k times as many (Gale and Ryser, for rows that are all alike).
    /// </summary>
    [SkipLocalsInit]
    public int HowMany(Vector256<short> freeMilli)
    {
        if (Count == 0 || Impossible is not null)
        {
            return Count == 0 ? int.MaxValue : 0;
        }

        Span<short> free = stackalloc short[Device.MaxPerNode], milli = stackalloc short[Device.MaxPerNode];
        freeMilli.CopyTo(free);
        Milli.CopyTo(milli);
        int shares = 0;
        for (int device = 0; device < Device.MaxPerNode; device++)
        {
            free[device] = (short)(free[device] / milli[device]);
            shares += free[device];
        }

        for (int most = shares / Count; ; most = shares / Count)
        {
            shares = 0;
            foreach (short times in free)
            {
                shares += Math.Min(times, most);
            }

            if (shares >= most * Count)
            {
                return most;
            }
        }
    }
}
