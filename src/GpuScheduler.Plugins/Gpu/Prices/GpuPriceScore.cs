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

    /// <summary>For a share of one device the cheapest, the lowest on ties; otherwise the fitting devices with the least left, whole ones by their links.</summary>
    public override DeviceSet ChooseDevices(in PluginContext context, Block block, int lane)
    {
        LaneGroup<DeviceShape> group = ShapeGroups.Of(block, lane);
        DeviceNeed need = DeviceNeeds.Of(context).For(group);
        if (need.Count != 1 || need.Subsets is not null)
        {
            return DeviceChoice.Best(need, FreeDevices.Of(block, lane, group.Value.Count));
        }

        Pricing pricing = new(_published.Prices, group.Value, context.Pod.AmountOf(Vocabulary.CpuId), need);
        pricing.CheapestDevice(block, lane, out int device);
        return device < 0 ? DeviceSet.Empty : DeviceSet.Only(device);
    }

    private protected override void Score(
        in PluginContext context, Block block, ulong lanes, DeviceShape shape, DeviceNeed need, Span<long> scores)
    {
        Pricing pricing = new(_published.Prices, shape, context.Pod.AmountOf(Vocabulary.CpuId), need);
        foreach (int lane in new Lanes(lanes))
        {
            scores[lane] = Points(pricing.Cost(block, lane) / Math.Max(1, need.Count));
        }
    }

    private static long Points(double cost) =>
        (long)Math.Round((Dearest - Math.Clamp(cost, Cheapest, Dearest)) / (Dearest - Cheapest) * (IScorePlugin.MaxNodeScore * Finest));

    private sealed record Published(GpuPrices Prices, long Version);

    /// <summary>Prices one request on nodes of one shape: what a placement takes from a node's worth, GPU milli.</summary>
    private readonly ref struct Pricing(GpuPrices prices, DeviceShape shape, long podCpu, DeviceNeed need)
    {
        /// <summary>The model's surcharge, on top of what its gaps are worth.</summary>
        private readonly double _markUp =
            1 + (prices.Surcharge(shape.Model) * Device.FullMilli / Math.Max(1, prices.GapValue(Device.FullMilli)));

        public double Cost(Block block, int lane)
        {
            long cpu = GpuVectors.FreeCpu(block, lane);
            int free = block.TotalFree[lane];
            double stranded = prices.Stranded(cpu, free);
            if (need.Count == 0)
            {
                return prices.Stranded(cpu - podCpu, free) - stranded;
            }

            if (need.Count == 1)
            {
                return CheapestDevice(block, lane, out _) - stranded;
            }

            Vector256<short> gaps = FreeDevices.Of(block, lane, shape.Count);
            int whole = block.WholeFree[lane], wholeLeft = whole, freeLeft = free;
            double taken = 0;
            foreach (int chosen in new Lanes(DeviceChoice.Best(need, gaps).Bits))
            {
                taken += prices.LossesOf(need.Milli[chosen])[gaps[chosen]];
                freeLeft -= need.Milli[chosen];
                wholeLeft -= gaps[chosen] == Device.FullMilli ? 1 : 0;
            }

            return (taken * _markUp) + prices.WholeValue(whole) - prices.WholeValue(wholeLeft)
                + prices.Stranded(cpu - podCpu, freeLeft) - stranded;
        }

        /// <summary>
        /// The device that costs least, -1 where none has room, and what it costs: what its gap and the node's whole devices lose, and what is stranded afterwards.
        /// </summary>
        public double CheapestDevice(Block block, int lane, out int device)
        {
            long cpuLeft = GpuVectors.FreeCpu(block, lane) - podCpu;
            return need.MilliEach > 0 ? CheapestAlike(block, lane, cpuLeft, out device) : CheapestOfMixed(block, lane, cpuLeft, out device);
        }

        /// <summary>Every device gives the same share, so that the same is stranded afterwards.</summary>
        private double CheapestAlike(Block block, int lane, long cpuLeft, out int device)
        {
            ReadOnlySpan<short> column = block.FreeMilli;
            ReadOnlySpan<double> losses = prices.LossesOf(need.MilliEach);
            double best = double.PositiveInfinity, broken = -1;
            device = -1;
            for (int candidate = 0, at = lane; candidate < shape.Count; candidate++, at += Block.Size)
            {
                int gap = column[at];
                double loss = losses[gap] * _markUp;
                if (gap == Device.FullMilli)
                {
                    broken = broken < 0 ? BrokenSlot(block, lane) : broken;
                    loss += broken;
                }

                if (loss < best)
                {
                    (best, device) = (loss, candidate);
                }
            }

            return best + prices.Stranded(cpuLeft, block.TotalFree[lane] - need.MilliEach);
        }

        private double CheapestOfMixed(Block block, int lane, long cpuLeft, out int device)
        {
            double best = double.PositiveInfinity;
            device = -1;
            for (int candidate = 0; candidate < shape.Count; candidate++)
            {
                int gap = block.FreeMilliOf(lane, candidate), share = need.Milli[candidate];
                if (share == DeviceNeed.Unservable || share > gap)
                {
                    continue;
                }

                double loss = (prices.LossesOf(share)[gap] * _markUp) + prices.Stranded(cpuLeft, block.TotalFree[lane] - share)
                    + (gap == Device.FullMilli ? BrokenSlot(block, lane) : 0);
                if (loss < best)
                {
                    (best, device) = (loss, candidate);
                }
            }

            return best;
        }

        /// <summary>What the node's whole devices lose when one of them is no longer whole.</summary>
        private double BrokenSlot(Block block, int lane) =>
            prices.WholeValue(block.WholeFree[lane]) - prices.WholeValue(block.WholeFree[lane] - 1);
    }
}
