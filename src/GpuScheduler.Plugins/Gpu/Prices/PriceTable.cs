using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// What placements of one pod class cost by one set of prices, in score units and by device shape, so that <see cref="PriceLanes"/> has only to look it
/// up. Where several devices are asked for, it is the cost for each of them. Never changes.
/// </summary>
internal sealed class PriceTable
{
    /// <summary>Score units that a GPU milli is worth.</summary>
    public const double UnitsPerMilli = GpuPriceScore.BestScore / (GpuPriceScore.Dearest - GpuPriceScore.Cheapest);

    /// <summary>More than any placement costs, score units: there is no room.</summary>
    public const float NoRoom = 1 << 28;

    private readonly PricedShape?[] _shapes;
    private readonly float[] _broken = new float[Device.MaxPerNode + 1];

    private PriceTable(GpuPrices prices, DeviceNeeds needs, PodClass pod, Interner<DeviceShape> shapes)
    {
        Prices = prices;
        PodCpu = (int)Math.Min(pod.AmountOf(Vocabulary.CpuId), int.MaxValue);
        int count = needs.Request.Count;
        Scale = UnitsPerMilli / Math.Max(1, count);
        for (int free = 0; free < _broken.Length; free++)
        {
            _broken[free] = free < count ? NoRoom : (float)((prices.WholeValue(free) - prices.WholeValue(free - count)) * Scale);
        }

        _shapes = new PricedShape?[shapes.Count];
        for (int id = 0; id < _shapes.Length; id++)
        {
            DeviceNeed need = needs.For(new LaneGroup<DeviceShape>(shapes[id], id, 0));
            if (need.Impossible is not null || (need.Count > 0 && need.MilliEach != Device.FullMilli && (need.MilliEach == 0 || need.Count > 1)))
            {
                continue;
            }

            int share = need.Count == 0 ? Device.FullMilli : need.MilliEach;
            double loss = prices.GapValue(Device.FullMilli) - prices.GapValue(Device.FullMilli - share);
            _shapes[id] = new PricedShape(share, (float)prices.MarkUp(shapes[id].Model), prices.LossUnitsOf(share), (float)(need.Count * loss * Scale));
        }
    }

    /// <summary>The prices that this was made from.</summary>
    public GpuPrices Prices { get; }

    /// <summary>CPU that a pod of the class requests, milli-cores.</summary>
    public int PodCpu { get; }

    /// <summary>Units that a milli is worth where it is the cost of all devices together.</summary>
    public double Scale { get; }

    /// <summary>By number of whole free devices: what those side by side lose, besides what each loses; <see cref="NoRoom"/> where they are too few.</summary>
    public ReadOnlySpan<float> Broken => _broken;

    /// <summary>The table of a class by the prices in force, made now where it is not there yet. Two threads may both make it; either is right.</summary>
    public static PriceTable Of(in PluginContext context, GpuPrices prices)
    {
        DeviceNeeds needs = DeviceNeeds.Of(context);
        Interner<DeviceShape> shapes = context.Cluster.Vocabulary.Shapes;
        PriceTable? known = needs.Prices;
        return known is not null && ReferenceEquals(known.Prices, prices) && known._shapes.Length == shapes.Count
            ? known
            : needs.Prices = new PriceTable(prices, needs, context.Pod, shapes);
    }

    /// <summary>
    /// What it says of a shape; null where it says nothing: where the devices of a request take different shares, or several a share each, its cost is worked out.
    /// </summary>
    public PricedShape? For(int shape) => _shapes[shape];
}
