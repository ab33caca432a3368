using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>
/// What placements of one pod class cost by one set of prices, in parts of a score unit and by device shape, so that <see cref="PriceLanes"/> has only to look it
/// up. Where several devices are asked for, it is the cost for each of them. Never changes.
/// </summary>
internal sealed class PriceTable
{
    /// <summary>Score units that a GPU milli is worth.</summary>
    public const double UnitsPerMilli = GpuPriceScore.BestScore / (GpuPriceScore.Dearest - GpuPriceScore.Cheapest);

    /// <summary>Costs have so many bits after those of whole score units, so that rounding hardly ever shows in a score.</summary>
    public const int CostBits = 7;

    /// <summary>More than any placement costs: there is no room.</summary>
    public const int NoRoom = 1 << 30;

    /// <summary>Where in a part the costs by number of whole free devices start. Those by the gap of a device in use start at 0.</summary>
    public const int Wholes = Device.FullMilli + 1;

    /// <summary>Length of a part.</summary>
    private const int PartLength = Wholes + Device.MaxPerNode + 1;

    private readonly PricedShape?[] _shapes;

    private PriceTable(GpuPrices prices, DeviceNeeds needs, PodClass pod, Interner<DeviceShape> shapes)
    {
        Prices = prices;
        PodCpu = (int)Math.Min(pod.AmountOf(Vocabulary.CpuId), int.MaxValue);
        Scale = UnitsPerMilli / Math.Max(1, needs.Request.Count);
        _shapes = new PricedShape?[shapes.Count];
        List<int> costs = [];
        Dictionary<(int, double), int> parts = [];
        for (int id = 0; id < _shapes.Length; id++)
        {
            DeviceNeed need = needs.For(new LaneGroup<DeviceShape>(shapes[id], id, 0));
            bool takesWholes = need.MilliEach == Device.FullMilli;
            if (need.Impossible is not null || (need.Count > 0 && !takesWholes && (need.MilliEach == 0 || need.Count > 1)))
            {
                continue;
            }

            // Shapes with the same price share a part.
            double markUp = prices.MarkUp(shapes[id].Model);
            if (!parts.TryGetValue((need.MilliEach, markUp), out int part))
            {
                part = costs.Count;
                parts.Add((need.MilliEach, markUp), part);
                AddPart(costs, need, markUp);
            }

            _shapes[id] = new PricedShape(part, need.Count == 0 ? Device.FullMilli : need.MilliEach);
        }

        Costs = [.. costs];
    }

    /// <summary>The prices that this was made from.</summary>
    public GpuPrices Prices { get; }

    /// <summary>CPU that a pod of the class requests, milli-cores.</summary>
    public int PodCpu { get; }

    /// <summary>Units that a milli is worth where it is the cost of all devices together.</summary>
    public double Scale { get; }

    /// <summary>The parts of the table, one after the other.</summary>
    public int[] Costs { get; }

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
    /// The part for a shape; null where it has none: where the devices of a request take different shares, or several a share each, its cost is worked out.
    /// </summary>
    public PricedShape? For(int shape) => _shapes[shape];

    private void AddPart(List<int> costs, DeviceNeed need, double markUp)
    {
        int share = need.MilliEach;
        for (int gap = 0; gap <= Device.FullMilli; gap++)
        {
            costs.Add(need.Count == 1 && gap >= share ? ToCost(Loss(gap)) : NoRoom);
        }

        for (int whole = 0; whole <= Device.MaxPerNode; whole++)
        {
            costs.Add(whole < need.Count ? NoRoom : ToCost(
                (need.Count * Loss(Device.FullMilli)) + Prices.WholeValue(whole) - Prices.WholeValue(whole - need.Count)));
        }

        double Loss(int gap) => (Prices.GapValue(gap) - Prices.GapValue(gap - share)) * markUp;

        int ToCost(double milli) => (int)Math.Round(Math.Clamp(milli * Scale * (1 << CostBits), -NoRoom, NoRoom));
    }
}
