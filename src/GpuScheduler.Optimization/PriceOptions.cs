using System.Collections.Immutable;

namespace GpuScheduler.Optimization;

/// <summary>
/// Weights of <see cref="LinearPriceSolver"/>. One setting for all workloads. How they were found, and how they do on orders that
/// were held out: docs/benchmarks.md.
/// </summary>
public sealed record PriceOptions
{
    /// <summary>Sampled demands that prices are averaged over.</summary>
    public int Samples { get; init; } = 12;

    /// <summary>Seed of the samples; the same for every solution, so that prices move with the state and not by chance.</summary>
    public ulong Seed { get; init; } = 12345;

    /// <summary>Spread of a sample, in standard deviations of a Poisson count.</summary>
    public double NoiseFactor { get; init; } = 0.905;

    /// <summary>Expected demand per free compute.</summary>
    public double DemandPerFreeMilli { get; init; } = 1.08;

    /// <summary>The sampled demands run from this part below the expected one to this part above.</summary>
    public double DemandSpread { get; init; } = 0.3;

    /// <summary>The least demand to expect, as a part of the cluster's compute.</summary>
    public double LeastDemand { get; init; } = 0.1;

    /// <summary>Part of a model's compute that can be put to use.</summary>
    public double PackingEfficiency { get; init; } = 0.96;

    /// <summary>Worth of a milli that CPU strands, in GPU milli.</summary>
    public double StrandedWeight { get; init; } = 1.0;

    /// <summary>Pods count as needing this part of their CPU when asking what CPU strands: the scheduler will find the light ones for the short nodes.</summary>
    public double CpuNeedFactor { get; init; } = 0.83;

    /// <summary>Weight of pods that need so many devices side by side, though none is typical: the rare and large ones nobody expects.</summary>
    public ImmutableArray<(int Devices, double Weight)> MultiDeviceWeights { get; init; } = [(2, 0.02), (4, 0.0072), (8, 0.0056)];

    /// <summary>Weight of such pods that are typical, by their part of the demand.</summary>
    public double KnownMultiDeviceWeight { get; init; } = 0.02;

    /// <summary>Weight of a slot for a pod that needs several devices, where more such pods are sure to come than there are slots.</summary>
    public double ScarceSlotWeight { get; init; } = 0.08;

    /// <summary>
    /// Worth of f whole devices side by side where all pods leave again: f x f times this, GPU milli. The more of them there are, the sooner departures make them a whole node.
    /// </summary>
    public double TurnoverWeight { get; init; } = 10;

    /// <summary>Weight of a model's dual.</summary>
    public double ShortageWeight { get; init; } = 0.556;

    /// <summary>Weight of the demand for a model in particular, relative to what is left of it.</summary>
    public double PressureWeight { get; init; } = 0.613;

    /// <summary>More pressure than this makes no difference.</summary>
    public double MostPressure { get; init; } = 1.5;

    /// <summary>How much more a high pressure counts than a low one.</summary>
    public double PressurePower { get; init; } = 1.22;
}
