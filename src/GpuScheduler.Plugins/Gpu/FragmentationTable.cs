using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>
/// F_n(M) for nodes of one shape: which typical pods ask what of these devices, laid out for summing.
/// </summary>
/// <remarks>
/// F_n(m), in GPU milli, is all that is free where class m asks for no GPU or does not fit; otherwise what is free on devices too full for
/// it. F_n(M) is its mean over the classes. To be truncated later it has to be equal bit by bit to the published computation:
/// p x F is summed over the classes, in their order, apart for classes that lack both CPU and GPUs, lack GPUs (or fit), lack CPU,
/// ask for CPU alone and fit, ask for CPU alone and do not, and cannot use the model; these six sums are then added in this order.
/// Classes with the same demand for GPUs share its evaluation, and the devices that a share might go to are evaluated side by side, each in a
/// vector lane of its own: neither changes the order of any sum. All amounts of milli are whole, so sums of them are exact.
/// </remarks>
internal sealed class FragmentationTable
{
    /// <summary>Most typical workloads have fewer; beyond it scratch memory comes from the heap.</summary>
    private const int MaxOnStack = 256;

    private readonly Demand[] _demands;
    private readonly GpuClass[] _gpuClasses;
    private readonly CpuClass[] _cpuClasses;
    private readonly double[] _noAccess;

    public FragmentationTable(ImmutableArray<TypicalPod> pods, DeviceShape shape)
    {
        List<Demand> demands = [];
        List<GpuClass> gpuClasses = [];
        List<CpuClass> cpuClasses = [];
        List<double> noAccess = [];
        foreach (TypicalPod pod in pods)
        {
            if (pod.Devices.IsNone)
            {
                cpuClasses.Add(new CpuClass(pod.CpuMilli, pod.Probability));
                continue;
            }

            DeviceNeed need = DeviceNeed.Of(pod.Devices, shape);
            if (need.MilliMost == 0)
            {
                noAccess.Add(pod.Probability);
                continue;
            }

            Demand demand = new(need.Milli, need.Count);
            int index = demands.IndexOf(demand);
            if (index < 0)
            {
                index = demands.Count;
                demands.Add(demand);
            }

            gpuClasses.Add(new GpuClass(pod.CpuMilli, pod.Probability, index));
        }

        _demands = [.. demands];
        _gpuClasses = [.. gpuClasses];
        _cpuClasses = [.. cpuClasses];
        _noAccess = [.. noAccess];
    }

    /// <summary>F_n(M), GPU milli, of a node with this much CPU and this much of each device free.</summary>
    [SkipLocalsInit]
    public double Of(long cpuMilli, Vector256<short> free)
    {
        Span<Supply> supplies = _demands.Length <= MaxOnStack ? stackalloc Supply[_demands.Length] : new Supply[_demands.Length];
        Serve(free, supplies);
        return Of(cpuMilli, Vector256.Sum(free), supplies);
    }

    /// <summary>
    /// F_n(M) as it is, and as it would be with <paramref name="take"/> taken of one device, for each device that has so much;
    /// <paramref name="after"/> is undefined for the others.
    /// </summary>
    /// <param name="after">Room for a device each, 16.</param>
    [SkipLocalsInit]
    public double OfEach(
        long cpuMilli, Vector256<short> free, long takeCpuMilli, Vector256<short> take, DeviceSet fitting, Span<double> after)
    {
        int count = _demands.Length;
        Span<Supply> supplies = count <= MaxOnStack ? stackalloc Supply[count] : new Supply[count];
        Span<Vector256<double>> fragments = count <= MaxOnStack ? stackalloc Vector256<double>[count] : new Vector256<double>[count];
        Span<Vector256<double>> satisfied = count <= MaxOnStack ? stackalloc Vector256<double>[count] : new Vector256<double>[count];
        Serve(free, supplies);
        short total = Vector256.Sum(free);
        Vector256<short> left = free - take, totalAfter = Vector256.Create(total) - take;
        for (int group = 0; group < Device.MaxPerNode; group += Vector256<double>.Count)
        {
            if ((fitting.Bits >> group & 0xF) == 0)
            {
                continue;
            }

            for (int d = 0; d < count; d++)
            {
                ref readonly Demand demand = ref _demands[d];
                Vector256<short> had = Vector256.GreaterThanOrEqual(free, demand.Milli), has = Vector256.GreaterThanOrEqual(left, demand.Milli);

                // A true comparison is -1: this takes the device out as it was, and puts it in as it would be.
                Vector256<short> devices = Vector256.Create(supplies[d].Devices) + had - has;
                Vector256<short> partial = Vector256.Create(supplies[d].Partial) - Vector256.AndNot(free, had) + Vector256.AndNot(left, has);
                Vector256<short> enough = Vector256.GreaterThanOrEqual(devices, Vector256.Create(demand.Count));
                fragments[d] = Doubles(Vector256.ConditionalSelect(enough, partial, totalAfter), group);
                satisfied[d] = Doubles(enough & totalAfter, group);
            }

            Sum(cpuMilli - takeCpuMilli, Doubles(totalAfter, group), fragments, satisfied).CopyTo(after[group..]);
        }

        return Of(cpuMilli, total, supplies);
    }

    /// <summary>What the devices have for each demand.</summary>
    private void Serve(Vector256<short> free, Span<Supply> supplies)
    {
        for (int d = 0; d < supplies.Length; d++)
        {
            Vector256<short> has = Vector256.GreaterThanOrEqual(free, _demands[d].Milli);
            short devices = (short)BitOperations.PopCount(has.ExtractMostSignificantBits());
            supplies[d] = new Supply(devices, Vector256.Sum(Vector256.AndNot(free, has)), devices >= _demands[d].Count);
        }
    }

    private double Of(long cpuMilli, short free, ReadOnlySpan<Supply> supplies)
    {
        double total = free, lackBoth = 0, lackGpu = 0, lackCpu = 0, cpuOnly = 0, cpuOnlyLackCpu = 0, noAccess = 0;
        foreach (ref readonly GpuClass c in _gpuClasses.AsSpan())
        {
            ref readonly Supply supply = ref supplies[c.Demand];
            if (cpuMilli >= c.CpuMilli)
            {
                lackGpu += c.Probability * (supply.IsEnough ? supply.Partial : total);
            }
            else if (supply.IsEnough)
            {
                lackCpu += c.Probability * total;
            }
            else
            {
                lackBoth += c.Probability * total;
            }
        }

        foreach (ref readonly CpuClass c in _cpuClasses.AsSpan())
        {
            if (cpuMilli >= c.CpuMilli)
            {
                cpuOnly += c.Probability * total;
            }
            else
            {
                cpuOnlyLackCpu += c.Probability * total;
            }
        }

        foreach (double probability in _noAccess)
        {
            noAccess += probability * total;
        }

        return lackBoth + lackGpu + lackCpu + cpuOnly + cpuOnlyLackCpu + noAccess;
    }

    /// <summary>The same as <see cref="Of(long, short, ReadOnlySpan{Supply})"/> for four devices at once.</summary>
    private Vector256<double> Sum(
        long cpuMilli, Vector256<double> total, ReadOnlySpan<Vector256<double>> fragments, ReadOnlySpan<Vector256<double>> satisfied)
    {
        Vector256<double> lackBoth = default, lackGpu = default, lackCpu = default;
        Vector256<double> cpuOnly = default, cpuOnlyLackCpu = default, noAccess = default;
        foreach (ref readonly GpuClass c in _gpuClasses.AsSpan())
        {
            if (cpuMilli >= c.CpuMilli)
            {
                lackGpu += fragments[c.Demand] * c.Probability;
            }
            else
            {
                // One of the two adds 0, which changes no bit.
                lackCpu += satisfied[c.Demand] * c.Probability;
                lackBoth += (total - satisfied[c.Demand]) * c.Probability;
            }
        }

        foreach (ref readonly CpuClass c in _cpuClasses.AsSpan())
        {
            if (cpuMilli >= c.CpuMilli)
            {
                cpuOnly += total * c.Probability;
            }
            else
            {
                cpuOnlyLackCpu += total * c.Probability;
            }
        }

        foreach (double probability in _noAccess)
        {
            noAccess += total * probability;
        }

        return lackBoth + lackGpu + lackCpu + cpuOnly + cpuOnlyLackCpu + noAccess;
    }

    /// <summary>Four of sixteen numbers, as doubles.</summary>
    private static Vector256<double> Doubles(Vector256<short> numbers, int from)
    {
        Vector128<short> half = from < Vector128<short>.Count ? numbers.GetLower() : numbers.GetUpper();
        (Vector128<int> low, Vector128<int> high) = Vector128.Widen(half);
        Vector128<int> four = from % Vector128<short>.Count == 0 ? low : high;
        return Vector256.ConvertToDouble(Vector256.Create(Vector128.WidenLower(four), Vector128.WidenUpper(four)));
    }

    /// <summary>How many devices, and what of each; where a class differs in CPU alone, it has the same demand.</summary>
    private readonly record struct Demand(Vector256<short> Milli, short Count)
    {
        public Demand(Vector256<short> milli, int count)
            : this(milli, (short)Math.Min(count, short.MaxValue))
        {
        }
    }

    private readonly record struct GpuClass(long CpuMilli, double Probability, int Demand);

    private readonly record struct CpuClass(long CpuMilli, double Probability);

    /// <summary>What a node has for a demand: devices with room, what is free on the others, and whether the devices are enough.</summary>
    private readonly record struct Supply(short Devices, short Partial, bool IsEnough);
}
