using System.Numerics;

namespace GpuScheduler.Cluster;

/// <summary>The best ring over every set of devices of a shape: the order of the devices whose slowest link is fastest, as collective operations use it.</summary>
internal static class RingBandwidths
{
    /// <summary>
    /// GB/s of the slowest link of the best ring, by set; of two devices their link, of fewer 0. Dynamic programming over sets and last devices (Held and Karp,
    /// 1962), with the weakest link in the place of the sum.
    /// </summary>
    public static ushort[] Of(DeviceShape shape)
    {
        int n = shape.Count, sets = 1 << n;
        ushort[] links = new ushort[n * n];
        for (int i = 0; i < links.Length; i++)
        {
            links[i] = (ushort)shape.LinkBetween(i / n, i % n).GigabytesPerSecond;
        }

        // By set and last device: the best path over the set from its lowest device to the last.
        ushort[] paths = new ushort[sets * n];
        ushort[] rings = new ushort[sets];
        for (int set = 1; set < sets; set++)
        {
            int first = BitOperations.TrailingZeroCount(set);
            int others = set & (set - 1);
            if (others == 0)
            {
                paths[(set * n) + first] = ushort.MaxValue;
                continue;
            }

            ushort ring = 0;
            foreach (int last in new Lanes((ulong)others))
            {
                int before = set & ~(1 << last);
                ushort path = 0;
                foreach (int previous in new Lanes((ulong)before))
                {
                    path = Math.Max(path, Math.Min(paths[(before * n) + previous], links[(previous * n) + last]));
                }

                paths[(set * n) + last] = path;
                ring = Math.Max(ring, Math.Min(path, links[(last * n) + first]));
            }

            rings[set] = ring;
        }

        return rings;
    }
}
