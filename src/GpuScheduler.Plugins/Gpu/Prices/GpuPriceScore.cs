using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// Our own policy: bid prices, as in revenue management. A placement costs what the node is worth to the demand still expected before it,
/// less what it is worth after; the cheapest node and device win. <see cref="GpuPrices"/> holds the worths; this plugin only looks them up.
/// </summary>
public sealed class GpuPriceScore : GpuScore, IVersionedPlugin
{
    /// <summary>Costs a device from here up to <see cref="Dearest"/> spread over the score's points; a placement can also gain a little.</summary>
    private const double Cheapest = -1_000, Dearest = 7_000;

    private const long Finest = 1 << 16;

    /// <summary>Replaced whole by <see cref="Publish"/>, with a volatile write.</summary>
    private volatile Published _published = new(GpuPrices.Uninformed, 0);

    public override string Name => "GpuPriceScore";

    /// <summary>Fine enough to tell costs apart that differ by a hundredth of a milli.</summary>
    public override int Precision => (int)Finest;

    public long Version => _published.Version;

    /// <summary>The prices in force.</summary>
    public GpuPrices Prices => _published.Prices;

    /// <summary>Puts other prices in force. One thread at a time; those that score may go on meanwhile.</summary>
    public void Publish(GpuPrices prices) => _published = new Published(prices, _published.Version + 1);

    /// <summary>For a share the cheapest device, the lowest on ties; otherwise the fitting devices with the least left.</summary>
    [SkipLocalsInit]
    public override DeviceSet ChooseDevices(in PluginContext context, Block block, int lane)
    {
        LaneGroup<DeviceShape> group = ShapeGroups.Of(block, lane);
        DeviceNeed need = DeviceNeeds.Of(context).For(group);
        Vector256<short> free = FreeDevices.Of(block, lane, group.Value.Count);
        if (need.Count != 1)
        {
            return DeviceChoice.Best(need, free);
        }

        long cpu = GpuVectors.FreeCpu(block, lane);
        GpuPrices prices = _published.Prices;
        Cost(prices, prices.Surcharge(group.Value.Model), cpu, context.Pod.AmountOf(Vocabulary.CpuId), need, free, out int device);
        return device < 0 ? DeviceSet.Empty : DeviceSet.Only(device);
    }

    private protected override void Score(
        in PluginContext context, Block block, ulong lanes, DeviceShape shape, DeviceNeed need, Span<long> scores)
    {
        GpuPrices prices = _published.Prices;
        double surcharge = prices.Surcharge(shape.Model);
        long podCpu = context.Pod.AmountOf(Vocabulary.CpuId), lastCpu = 0, score = -1;
        Vector256<short> last = default;
        foreach (int lane in new Lanes(lanes))
        {
            long cpu = GpuVectors.FreeCpu(block, lane);
            Vector256<short> free = FreeDevices.Of(block, lane, shape.Count);

            // Neighbours are often alike, empty ones above all.
            if (score < 0 || cpu != lastCpu || free != last)
            {
                score = Points(Cost(prices, surcharge, cpu, podCpu, need, free, out _) / Math.Max(1, need.Count));
                (lastCpu, last) = (cpu, free);
            }

            scores[lane] = score;
        }
    }

    /// <summary>What the placement takes from the node's worth, GPU milli.</summary>
    [SkipLocalsInit]
    private static double Cost(
        GpuPrices prices, double surcharge, long cpu, long podCpu, DeviceNeed need, Vector256<short> freeMilli, out int device)
    {
        Span<short> free = stackalloc short[Device.MaxPerNode];
        freeMilli.CopyTo(free);
        int total = 0, whole = 0;
        foreach (short milli in free)
        {
            total += milli;
            whole += milli == Device.FullMilli ? 1 : 0;
        }

        device = -1;
        double stranded = prices.Stranded(cpu, total);
        long cpuLeft = cpu - podCpu;
        if (need.Count == 0)
        {
            return prices.Stranded(cpuLeft, total) - stranded;
        }

        double markUp = 1 + (surcharge * Device.FullMilli / Math.Max(1, prices.GapValue(Device.FullMilli)));
        if (need.Count == 1)
        {
            double best = double.PositiveInfinity;
            foreach (int candidate in new Lanes(need.Fitting(freeMilli).Bits))
            {
                int before = free[candidate], after = before - need.Milli[candidate];
                double gap = prices.GapValue(before) - prices.GapValue(after);
                double broken = before == Device.FullMilli ? prices.WholeValue(whole) - prices.WholeValue(whole - 1) : 0;
                double cost = (gap * markUp) + broken;
                if (cost < best)
                {
                    (best, device) = (cost, candidate);
                }
            }

            return device < 0 ? double.PositiveInfinity : best + prices.Stranded(cpuLeft, total - need.Milli[device]) - stranded;
        }

        double taken = 0;
        int wholeLeft = whole, totalLeft = total;
        foreach (int chosen in new Lanes(DeviceChoice.Best(need, freeMilli).Bits))
        {
            int before = free[chosen], after = before - need.Milli[chosen];
            taken += prices.GapValue(before) - prices.GapValue(after);
            totalLeft -= need.Milli[chosen];
            wholeLeft -= before == Device.FullMilli ? 1 : 0;
        }

        return (taken * markUp) + prices.WholeValue(whole) - prices.WholeValue(wholeLeft) + prices.Stranded(cpuLeft, totalLeft) - stranded;
    }

    private static long Points(double cost) =>
        (long)Math.Round((Dearest - Math.Clamp(cost, Cheapest, Dearest)) / (Dearest - Cheapest) * (IScorePlugin.MaxNodeScore * Finest));

    private sealed record Published(GpuPrices Prices, long Version);
}
