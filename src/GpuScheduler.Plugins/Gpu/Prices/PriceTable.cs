using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
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
        List<int[]> parts = [];
        Dictionary<(int, double), int> known = [];
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
            if (!known.TryGetValue((need.MilliEach, markUp), out int part))
            {
                part = parts.Count * PartLength;
                known.Add((need.MilliEach, markUp), part);
                parts.Add(PartOf(need, markUp));
            }

            _shapes[id] = new PricedShape(part, need.Count == 0 ? Device.FullMilli : need.MilliEach);
        }

        Costs = parts.Count == 1 ? parts[0] : [.. parts.SelectMany(p => p)];
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

    private int[] PartOf(DeviceNeed need, double markUp)
    {
        int[] costs = new int[PartLength];
        int share = need.MilliEach;
        costs.AsSpan(0, need.Count == 1 ? share : Wholes).Fill(NoRoom);
        if (need.Count == 1)
        {
            FillGaps(Prices.GapValues, share, markUp, costs);
        }

        double whole = (Prices.GapValue(Device.FullMilli) - Prices.GapValue(Device.FullMilli - share)) * markUp;
        for (int free = 0; free <= Device.MaxPerNode; free++)
        {
            costs[Wholes + free] = free < need.Count ? NoRoom : ToCost(
                (need.Count * whole) + Prices.WholeValue(free) - Prices.WholeValue(free - need.Count));
        }

        return costs;
    }

    /// <summary>What gaps that are large enough lose, four at a time: a new class waits for a thousand of them.</summary>
    private void FillGaps(ReadOnlySpan<double> values, int share, double markUp, Span<int> costs)
    {
        int gap = share;
        if (Avx.IsSupported)
        {
            ref double value = ref MemoryMarshal.GetReference(values);
            ref int cost = ref MemoryMarshal.GetReference(costs);
            Vector256<double> most = Vector256.Create((double)NoRoom), scale = Vector256.Create(Scale * (1 << CostBits));
            for (; gap <= Device.FullMilli + 1 - Vector256<double>.Count; gap += Vector256<double>.Count)
            {
                Vector256<double> loss = (Vector256.LoadUnsafe(ref value, (nuint)gap) - Vector256.LoadUnsafe(ref value, (nuint)(gap - share))) * Vector256.Create(markUp);
                Avx.ConvertToVector128Int32(Vector256.Max(Vector256.Min(loss * scale, most), -most)).StoreUnsafe(ref cost, (nuint)gap);
            }
        }

        for (; gap <= Device.FullMilli; gap++)
        {
            costs[gap] = ToCost((values[gap] - values[gap - share]) * markUp);
        }
    }

    private int ToCost(double milli) => (int)Math.Round(Math.Clamp(milli * (Scale * (1 << CostBits)), -NoRoom, NoRoom));
}
