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
    internal const double Cheapest = -1_000, Dearest = 7_000;

    private const int Finest = 1 << 16;

    /// <summary>Score units of the cheapest placement there is.</summary>
    internal const int BestScore = IScorePlugin.MaxNodeScore * Finest;

    /// <summary>Replaced whole by <see cref="Publish"/>, with a volatile write.</summary>
    private volatile Published _published = new(GpuPrices.Uninformed, 0);

    public override string Name => "GpuPriceScore";

    /// <summary>Fine enough to tell costs apart that differ by a hundredth of a milli.</summary>
    public override int Precision => Finest;

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

        PriceTable table = PriceTable.Of(context, _published.Prices);
        Pricing pricing = new(table, group.Value, need);
        return need.MilliEach > 0 ? pricing.CheapestAlike(block, lane) : pricing.CheapestDevice(block, lane);
    }

    public override void Score(in PluginContext context, Block block, ulong lanes, Span<int> scores)
    {
        PriceTable table = PriceTable.Of(context, _published.Prices);
        ulong tabled = 0;
        foreach (ref readonly LaneGroup<DeviceShape> group in block.Nodes.Shapes.AsSpan())
        {
            tabled |= table.For(group.Id) is null ? 0 : group.Lanes & lanes;
        }

        if (tabled != 0)
        {
            PriceLanes.Score(table, context.Pod.Devices.Count, block, tabled, scores);
        }

        if (tabled != lanes)
        {
            base.Score(context, block, lanes & ~tabled, scores);
        }
    }

    /// <summary>For shapes without a table.</summary>
    private protected override void Score(
        in PluginContext context, Block block, ulong lanes, DeviceShape shape, DeviceNeed need, Span<int> scores)
    {
        PriceTable table = PriceTable.Of(context, _published.Prices);
        Pricing pricing = new(table, shape, need);
        foreach (int lane in new Lanes(lanes))
        {
            scores[lane] = Points(pricing.Cost(block, lane) * table.Scale);
        }
    }

    private static int Points(double units) => (int)Math.Round(Math.Clamp((Dearest * PriceTable.UnitsPerMilli) - units, 0, BestScore));

    private sealed record Published(GpuPrices Prices, long Version);

    /// <summary>
    /// Prices one request on nodes of one shape, one at a time: which device is taken, and costs for which there is no table. What a placement takes from the
    /// node's worth, GPU milli.
    /// </summary>
    private readonly ref struct Pricing(PriceTable table, DeviceShape shape, DeviceNeed need)
    {
        private readonly GpuPrices _prices = table.Prices;
        private readonly double _markUp = table.Prices.MarkUp(shape.Model);

        public double Cost(Block block, int lane)
        {
            long cpu = GpuVectors.FreeCpu(block, lane);
            int free = block.TotalFree[lane];
            double stranded = _prices.Stranded(cpu, free);
            if (need.Count == 1)
            {
                return CheapestDevice(block, lane, out _) - stranded;
            }

            Vector256<short> gaps = FreeDevices.Of(block, lane, shape.Count);
            int whole = block.WholeFree[lane], wholeLeft = whole, freeLeft = free;
            double taken = 0;
            foreach (int chosen in new Lanes(DeviceChoice.Best(need, gaps).Bits))
            {
                taken += _prices.LossesOf(need.Milli[chosen])[gaps[chosen]];
                freeLeft -= need.Milli[chosen];
                wholeLeft -= gaps[chosen] == Device.FullMilli ? 1 : 0;
            }

            return (taken * _markUp) + _prices.WholeValue(whole) - _prices.WholeValue(wholeLeft)
                + _prices.Stranded(cpu - table.PodCpu, freeLeft) - stranded;
        }

        /// <summary>The device that loses least where each gives the same share, so that the same is stranded afterwards; the lowest on ties.</summary>
        public DeviceSet CheapestAlike(Block block, int lane)
        {
            ReadOnlySpan<double> losses = _prices.LossesOf(need.MilliEach);
            double best = double.PositiveInfinity, broken = BrokenSlot(block, lane);
            int device = -1;
            for (int candidate = 0; candidate < shape.Count; candidate++)
            {
                int gap = block.FreeMilliOf(lane, candidate);
                double loss = (losses[gap] * _markUp) + (gap == Device.FullMilli ? broken : 0);
                if (loss < best)
                {
                    (best, device) = (loss, candidate);
                }
            }

            return device < 0 ? DeviceSet.Empty : DeviceSet.Only(device);
        }

        public DeviceSet CheapestDevice(Block block, int lane)
        {
            CheapestDevice(block, lane, out int device);
            return device < 0 ? DeviceSet.Empty : DeviceSet.Only(device);
        }

        /// <summary>
        /// The device that costs least, -1 where none has room, and what it costs: what its gap and the node's whole devices lose, and what is stranded afterwards.
        /// </summary>
        private double CheapestDevice(Block block, int lane, out int device)
        {
            long cpuLeft = GpuVectors.FreeCpu(block, lane) - table.PodCpu;
            double best = double.PositiveInfinity, broken = BrokenSlot(block, lane);
            device = -1;
            for (int candidate = 0; candidate < shape.Count; candidate++)
            {
                int gap = block.FreeMilliOf(lane, candidate), share = need.Milli[candidate];
                if (share == DeviceNeed.Unservable || share > gap)
                {
                    continue;
                }

                double loss = (_prices.LossesOf(share)[gap] * _markUp) + _prices.Stranded(cpuLeft, block.TotalFree[lane] - share)
                    + (gap == Device.FullMilli ? broken : 0);
                if (loss < best)
                {
                    (best, device) = (loss, candidate);
                }
            }

            return best;
        }

        /// <summary>What the node's whole devices lose when one of them is no longer whole.</summary>
        private double BrokenSlot(Block block, int lane) =>
            _prices.WholeValue(block.WholeFree[lane]) - _prices.WholeValue(Math.Max(0, block.WholeFree[lane] - 1));
    }
}
