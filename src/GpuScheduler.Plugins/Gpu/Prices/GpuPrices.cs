using System.Collections.Frozen;
using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Plugins;

/// <summary>
/// What free capacity is worth to the demand still expected, GPU milli throughout: the tables that <see cref="GpuPriceScore"/> looks up.
/// Made off the decide path by an <see cref="IPriceSolver"/>; never changes.
/// </summary>
public sealed class GpuPrices
{
    /// <summary>Steps of the CPU table, milli-cores per GPU milli.</summary>
    public const double CpuStep = 0.05;

    private readonly double[] _gapValue;
    private readonly double[] _wholeValue;
    private readonly double[] _strandedShare;
    private readonly float[] _strandedSteps;
    private readonly FrozenDictionary<string, double> _surcharges;

    /// <summary>By share: what taking it from a gap of 0, 1, … milli loses. Made when a share is first asked for.</summary>
    private readonly double[]?[] _losses = new double[Device.FullMilli + 1][];

    /// <summary>The same in units of a score for one device.</summary>
    private readonly float[]?[] _lossUnits = new float[Device.FullMilli + 1][];

    /// <param name="gapValue">Worth of one device's gap of 0, 1, … 1000 free milli; never falls.</param>
    /// <param name="wholeValue">Extra worth of 0, 1, … 16 whole free devices side by side on one node, to pods that need several.</param>
    /// <param name="strandedShare">
    /// Part of a node's free compute that its free CPU cannot serve, by milli-cores per free GPU milli in steps of <see cref="CpuStep"/>.
    /// </param>
    /// <param name="surcharges">By device model: part of its worth that comes on top because others can use no other model.</param>
    public GpuPrices(
        ImmutableArray<double> gapValue, ImmutableArray<double> wholeValue, ImmutableArray<double> strandedShare,
        IReadOnlyDictionary<string, double> surcharges)
    {
        if (gapValue.Length != Device.FullMilli + 1 || wholeValue.Length != Device.MaxPerNode + 1 || strandedShare.Length == 0)
        {
            throw new ArgumentException("a price table has the wrong length");
        }

        _gapValue = [.. gapValue];
        _wholeValue = [.. wholeValue];
        _strandedShare = [.. strandedShare];
        _strandedSteps = StepsOf(_strandedShare);
        _surcharges = surcharges.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Prices where nothing is known of the demand: fill what is used already, keep what is whole.</summary>
    public static GpuPrices Uninformed { get; } = new(
        [.. Enumerable.Range(0, Device.FullMilli + 1).Select(r => (double)r * r / Device.FullMilli)],
        [.. Enumerable.Range(0, Device.MaxPerNode + 1).Select(f => (double)f * f)],
        [0],
        FrozenDictionary<string, double>.Empty);

    /// <summary>Worth of a gap of so many milli on one device.</summary>
    public double GapValue(int freeMilli) => _gapValue[freeMilli];

    /// <summary>
    /// What a gap of each size loses when <paramref name="share"/> milli are taken from it; infinite where it has less.
    /// </summary>
    internal ReadOnlySpan<double> LossesOf(int share) => Volatile.Read(ref _losses[share]) ?? MakeLosses(share);

    /// <summary>The same in units of the score of a pod that asks for one device; <see cref="PriceTable.NoRoom"/> where the gap has less.</summary>
    internal float[] LossUnitsOf(int share) => Volatile.Read(ref _lossUnits[share]) ?? MakeLossUnits(share);

    /// <summary>Extra worth of so many whole free devices on one node.</summary>
    public double WholeValue(int wholeDevices) => _wholeValue[wholeDevices];

    /// <summary>The surcharge on a model, 0 where nobody needs just that one.</summary>
    public double Surcharge(string model) => _surcharges.GetValueOrDefault(model);

    /// <summary>What a device of the model loses, by what its gap does: 1 and the surcharge in terms of a whole device's gap.</summary>
    internal double MarkUp(string model) => 1 + (Surcharge(model) * Device.FullMilli / Math.Max(1, GapValue(Device.FullMilli)));

    /// <summary>The table of stranded shares: at 2 x step the share there, and next to it what it grows by up to the next step.</summary>
    internal ReadOnlySpan<float> StrandedSteps => _strandedSteps;

    /// <summary>Free compute that this much free CPU cannot serve.</summary>
    public double Stranded(long freeCpuMilli, int freeMilli)
    {
        if (freeMilli <= 0)
        {
            return 0;
        }

        // Pods that were bound elsewhere may ask for more CPU than a node has: nothing is left then, not less.
        double step = Math.Max(0, freeCpuMilli / (freeMilli * CpuStep));
        int last = _strandedShare.Length - 1;
        if (!(step < last))
        {
            return freeMilli * _strandedShare[last];
        }

        int at = (int)step;
        double part = step - at;
        return freeMilli * ((_strandedShare[at] * (1 - part)) + (_strandedShare[at + 1] * part));
    }

    private static float[] StepsOf(double[] shares)
    {
        float[] steps = new float[shares.Length * 2];
        for (int step = 0; step < shares.Length; step++)
        {
            steps[step * 2] = (float)shares[step];
            steps[(step * 2) + 1] = step + 1 < shares.Length ? (float)(shares[step + 1] - shares[step]) : 0;
        }

        return steps;
    }

    /// <summary>Two threads may both make it; either copy is right.</summary>
    private double[] MakeLosses(int share)
    {
        double[] losses = new double[_gapValue.Length];
        for (int free = 0; free < losses.Length; free++)
        {
            losses[free] = free < share ? double.PositiveInfinity : _gapValue[free] - _gapValue[free - share];
        }

        Volatile.Write(ref _losses[share], losses);
        return losses;
    }

    /// <summary>Two threads may both make it; either copy is right.</summary>
    private float[] MakeLossUnits(int share)
    {
        ReadOnlySpan<double> losses = LossesOf(share);
        float[] units = new float[losses.Length];
        for (int free = 0; free < units.Length; free++)
        {
            units[free] = (float)Math.Min(losses[free] * PriceTable.UnitsPerMilli, PriceTable.NoRoom);
        }

        Volatile.Write(ref _lossUnits[share], units);
        return units;
    }
}
