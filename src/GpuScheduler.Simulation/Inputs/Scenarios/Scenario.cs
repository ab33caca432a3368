using System.Collections.Immutable;

namespace GpuScheduler.Simulation;

/// <summary>A file of kind <c>SimulationScenario</c>: how to make a cluster and its pods.</summary>
internal sealed record Scenario
{
    public const string ApiVersion = "gpuscheduler.dev/v1alpha1";

    public const string Kind = "SimulationScenario";

    /// <summary>More pods than that are a mistake rather than a workload.</summary>
    public const int MaxPods = 2_000_000;

    /// <summary>A node's number has five digits, so no two prefixes make the same name.</summary>
    public const int MaxNodes = 100_000;

    public required string Name { get; init; }

    public required ulong Seed { get; init; }

    public required ImmutableArray<NodeGroup> Nodes { get; init; }

    /// <summary>Bandwidth between nodes that share no domain of which one is stated, GB/s a GPU, both directions; 0: nobody said.</summary>
    public int NetworkGigabytesPerSecond { get; init; }

    public required ImmutableArray<PodKind> Mix { get; init; }

    public required ArrivalPattern Arrivals { get; init; }

    /// <summary>How many pods; 0: as many as <see cref="Load"/> or the arrivals' span make.</summary>
    public int Pods { get; init; }

    /// <summary>Compute that all pods ask for, percent of that of all devices; where only the order counts.</summary>
    public double Load { get; init; }

    public long CapacityMilli => Nodes.Sum(n => (long)n.Count * n.Shape.TotalMilli);

    /// <summary>Memory of the largest device, MiB.</summary>
    public int LargestMemoryMiB => Nodes.SelectMany(n => n.Shape.Devices).Select(d => d.MemoryMiB).DefaultIfEmpty().Max();

    /// <summary>Compute that each pod of a kind asks for, milli.</summary>
    public long MilliOf(PodKind kind) => RunObserver.MilliOf(kind.Spec.Devices, LargestMemoryMiB);

    /// <summary>The mean of <paramref name="of"/> over the mix.</summary>
    public double Mean(Func<PodKind, double> of) => Mix.Sum(k => k.Weight * of(k)) / Mix.Sum(k => (double)k.Weight);

    /// <summary>Single pods and gangs an hour, where arrivals are timed.</summary>
    public double RatePerHour => Arrivals.RatePerHour > 0
        ? Arrivals.RatePerHour
        : Arrivals.TargetLoad / 100 * CapacityMilli / Mean(k => MilliOf(k) * k.MeanPods * (k.Duration?.Mean.TotalHours ?? 0));

    /// <summary>How many pods come, about.</summary>
    public double ExpectedPods => Pods > 0 ? Pods
        : Arrivals.IsTimed ? RatePerHour * Arrivals.Span.TotalHours * Mean(k => k.MeanPods)
        : Load / 100 * CapacityMilli * Mean(k => k.MeanPods) / Mean(k => MilliOf(k) * k.MeanPods);
}
