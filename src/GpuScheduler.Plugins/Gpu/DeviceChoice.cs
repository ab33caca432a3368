using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>
/// The simple ways to pick devices among those that have room. Empty where there are too few. Whole devices are all alike but for their links: where these are
/// known, all ways but the random one take the set that talks fastest and leaves the best behind.
/// </summary>
internal static class DeviceChoice
{
    /// <summary>Those with the least left, lowest index first: a share goes where it leaves the smallest gap, whole devices from index 0 up.</summary>
    public static DeviceSet Best(DeviceNeed need, Vector256<short> free)
    {
        DeviceSet fitting = need.Fitting(free);
        if (need.Subsets is { } subsets)
        {
            return subsets.Best(fitting, need.Count);
        }

        // Whole devices are all alike, so their order is that of their bits.
        return need.MilliEach == Device.FullMilli ? Lowest(fitting, need.Count) : Least(fitting, free, need.Count, sign: 1);
    }

    /// <summary>Those with the most left, lowest index first.</summary>
    public static DeviceSet Worst(DeviceNeed need, Vector256<short> free) =>
        need.Subsets?.Best(need.Fitting(free), need.Count) ?? Least(need.Fitting(free), free, need.Count, sign: -1);

    /// <summary>Any, each as likely as the other, as <paramref name="hash"/> has it.</summary>
    public static DeviceSet Random(DeviceNeed need, Vector256<short> free, ulong hash)
    {
        DeviceSet left = need.Fitting(free), chosen = DeviceSet.Empty;
        if (left.Count < need.Count)
        {
            return DeviceSet.Empty;
        }

        while (chosen.Count < need.Count)
        {
            hash = TieKeys.Mix(hash);
            int skip = (int)Math.BigMul(hash, (ulong)left.Count, out _);
            int bits = left.Bits;
            for (; skip > 0; skip--)
            {
                bits &= bits - 1;
            }

            ushort bit = (ushort)(bits & -bits);
            chosen = new DeviceSet((ushort)(chosen.Bits | bit));
            left = new DeviceSet((ushort)(left.Bits & ~bit));
        }

        return chosen;
    }

    private static DeviceSet Lowest(DeviceSet fitting, int count)
    {
        if (fitting.Count < count)
        {
            return DeviceSet.Empty;
        }

        int bits = fitting.Bits;
        for (int i = 0; i < count; i++)
        {
            bits &= bits - 1;
        }

        return new DeviceSet((ushort)(fitting.Bits & ~bits));
    }

    [SkipLocalsInit]
    private static DeviceSet Least(DeviceSet fitting, Vector256<short> free, int count, int sign)
    {
        if (fitting.Count < count)
        {
            return DeviceSet.Empty;
        }

        Span<short> left = stackalloc short[Device.MaxPerNode];
        free.CopyTo(left);
        DeviceSet chosen = DeviceSet.Empty;
        for (; chosen.Count < count;)
        {
            int best = -1;
            foreach (int device in new Lanes((ulong)(fitting.Bits & ~chosen.Bits)))
            {
                if (best < 0 || sign * left[device] < sign * left[best])
                {
                    best = device;
                }
            }

            chosen = chosen.With(best);
        }

        return chosen;
    }
}
