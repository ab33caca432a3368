using System.Collections.Immutable;

namespace GpuScheduler.Plugins;

/// <summary>What prices follow from: the demand that is expected, and the capacity that is left for it.</summary>
/// <param name="TypicalPods">The expected demand, relative: what pods ask, and how often.</param>
/// <param name="Gaps">How many devices have each amount free, by 0, 1, … 1000 milli; whole free devices are the last.</param>
/// <param name="FreeMilliByModel">Free compute by device model, milli.</param>
/// <param name="NodesByWholeDevices">How many nodes have 0, 1, … 16 whole free devices.</param>
/// <param name="MultiDeviceShares">
/// By how many devices at once: the part of all compute asked for so far that pods asked for which need as many whole ones on a node. The list of typical pods hardly
/// ever holds these, since they are few; they are large all the same.
/// </param>
/// <param name="DeviceMemoryMiB">Memory of a usual device, by which amounts of memory become shares; 0 where nobody told.</param>
public sealed record PriceProblem(
    TypicalPods TypicalPods, ImmutableArray<int> Gaps, ImmutableSortedDictionary<string, long> FreeMilliByModel,
    ImmutableArray<int> NodesByWholeDevices, ImmutableSortedDictionary<int, double> MultiDeviceShares, int DeviceMemoryMiB)
{
    /// <summary>
    /// Part of the compute asked for so far that has been given back, 0 to 1: 0 where pods stay for ever, near 1 where a cluster has been filled many times over.
    /// </summary>
    public double Turnover { get; init; }
}
