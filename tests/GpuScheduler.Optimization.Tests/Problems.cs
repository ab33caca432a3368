using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Plugins;

namespace GpuScheduler.Optimization.Tests;

/// <summary>Small price problems.</summary>
internal static class Problems
{
    public static DeviceRequest Share(int milli, int count = 1, params string[] models) => new() { Count = count, Milli = milli, Models = [.. models] };

    public static TypicalPod Pod(DeviceRequest devices, double probability, long cpuMilli = 1000) => new(cpuMilli, devices, probability);

    /// <summary>So many devices of each model, all of them free.</summary>
    public static PriceProblem Free(ImmutableArray<TypicalPod> pods, params (string Model, int Devices)[] models)
    {
        int[] gaps = new int[Device.FullMilli + 1];
        gaps[Device.FullMilli] = models.Sum(m => m.Devices);
        return new PriceProblem(
            new TypicalPods(pods),
            [.. gaps],
            models.ToImmutableSortedDictionary(m => m.Model, m => (long)m.Devices * Device.FullMilli, StringComparer.Ordinal),
            NodesByWholeDevices: [.. new int[Device.MaxPerNode + 1]],
            MultiDeviceShares: ImmutableSortedDictionary<int, double>.Empty,
            DeviceMemoryMiB: 0);
    }

    /// <summary>Devices of one model that have these amounts free.</summary>
    public static PriceProblem WithGaps(ImmutableArray<TypicalPod> pods, params int[] freeMilli)
    {
        int[] gaps = new int[Device.FullMilli + 1];
        foreach (int milli in freeMilli)
        {
            gaps[milli]++;
        }

        return new PriceProblem(
            new TypicalPods(pods),
            [.. gaps],
            ImmutableSortedDictionary<string, long>.Empty.WithComparers(StringComparer.Ordinal).Add("T4", freeMilli.Sum(m => (long)m)),
            NodesByWholeDevices: [.. new int[Device.MaxPerNode + 1]],
            MultiDeviceShares: ImmutableSortedDictionary<int, double>.Empty,
            DeviceMemoryMiB: 0);
    }

    public static double[] GapValues(GpuPrices prices) => [.. Enumerable.Range(0, Device.FullMilli + 1).Select(prices.GapValue)];

    public static double[] WholeValues(GpuPrices prices) => [.. Enumerable.Range(0, Device.MaxPerNode + 1).Select(prices.WholeValue)];
}
