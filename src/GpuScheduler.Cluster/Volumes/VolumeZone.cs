using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>Where a volume is, as a label of it says.</summary>
/// <param name="Key">The label, of zones or regions.</param>
/// <param name="Values">One of these it must have on the node, where that has any such label.</param>
public sealed record VolumeZone(string Key, ImmutableArray<string> Values);
