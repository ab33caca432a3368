using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// The scores of nodes of one shape, by which of its devices are free and how many a pod takes; worked out when first asked for. Any thread.
/// </summary>
internal sealed class LinkScores(DeviceShape shape, SubsetTable subsets)
{
    /// <summary>Score units a point.</summary>
    public const int Precision = 16;

    /// <summary>
    /// Bandwidth at which a device computes half of the time, GB/s: what PCIe 4.0 x16 has. A pod that computes as long as it would take to pass its data at this
    /// bandwidth is the pod meant.
    /// </summary>
    private const double HalfBandwidth = 64;

    /// <summary>Points that a pod of one device has, whatever the node: it talks to nobody.</summary>
    private const double Alone = 50;

    /// <summary>Points that each best set costs which the devices left could have been, were they linked as the best are.</summary>
    private const double BrokenSet = 5;

    /// <summary>Where nobody told: PCIe 4.0 x16 between sockets, the least there is.</summary>
    private const int UnknownBandwidth = 32;

    private readonly short[]?[] _byCount = new short[Device.MaxPerNode + 1][];

    /// <summary>How many devices the shape has.</summary>
    public int Devices => shape.Count;

    /// <summary>The score where no links are known.</summary>
    public static int WithoutLinks(int count) => Units(count == 1 ? Alone : Efficiency(UnknownBandwidth));

    /// <summary>The part of the time that a device computes instead of waiting for others, percent.</summary>
    public static double Efficiency(int gigabytesPerSecond) => 100 * gigabytesPerSecond / (gigabytesPerSecond + HalfBandwidth);

    /// <summary>The score of a node with these devices free; 0 where they are too few.</summary>
    public int Of(DeviceSet free, int count)
    {
        if (free.Count < count)
        {
            return 0;
        }

        // Off by one, so that 0 means that nobody has asked.
        int state = subsets.StateOf(free);
        return Volatile.Read(ref _byCount[count]) is { } row && row[state] is var known and not 0 ? known - 1 : Find(free, count, state);
    }

    private int Find(DeviceSet free, int count, int state)
    {
        DeviceSet taken = subsets.Best(free, count);
        double own = count == 1 ? Alone : Efficiency(subsets.RingBandwidth(taken));
        double broken = MissingSets(free.Except(taken)) - MissingSets(free);
        int score = Units(Math.Clamp(own - (BrokenSet * broken), 0, IScorePlugin.MaxNodeScore));
        short[] row = Volatile.Read(ref _byCount[count])
            ?? Interlocked.CompareExchange(ref _byCount[count], new short[subsets.States], null) ?? _byCount[count]!;
        row[state] = (short)(score + 1);
        return score;
    }

    /// <summary>How many sets of 8, 4 and 2 these devices fall short of what as many could be, in sets as fast as the shape's best.</summary>
    private double MissingSets(DeviceSet free)
    {
        double missing = 0;
        foreach (int size in SubsetTable.Sizes)
        {
            if (size <= shape.Count && subsets.BestRingBandwidth(size) is var best and > 0)
            {
                missing += (free.Count / size) - ((double)subsets.Packed(free, size) / best);
            }
        }

        return missing;
    }

    private static int Units(double points) => (int)Math.Round(points * Precision);
}
