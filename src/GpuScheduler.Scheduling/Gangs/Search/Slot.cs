using GpuScheduler.Cluster;

namespace GpuScheduler.Scheduling;

/// <summary>A place that the search has taken for a pod of a class; which of the part's pods gets it is settled by rank, at the end.</summary>
/// <param name="Part">The part of the gang.</param>
/// <param name="Class">Number of the class in the gang.</param>
/// <param name="Node">The node.</param>
/// <param name="Devices">The devices there.</param>
internal readonly record struct Slot(SearchPart Part, int Class, int Node, DeviceSet Devices);
