using System.Collections.Immutable;

namespace GpuScheduler.Plugins;

/// <summary>What prices follow from: the demand that is expected, and the capacity that is left for it.</summary>
/// <param name="TypicalPods">The expected demand, relative: what pods ask, and how often.</param>
/// <param name="Gaps">How many devices have each amount free, by 0, 1, … 1000 milli; whole free devices are the last.</param>
/// <param name="FreeMilliByModel">Free compute by device model, milli.</param>
/// <param name="DeviceMemoryMiB">Memory of a usual device, by which amounts of memory become shares; 0 where nobody told.</param>
public sealed record PriceProblem(
    TypicalPods TypicalPods, ImmutableArray<int> Gaps, ImmutableSortedDictionary<string, long> FreeMilliByModel, int DeviceMemoryMiB);
