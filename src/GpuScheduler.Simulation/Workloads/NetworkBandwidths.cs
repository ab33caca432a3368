using System.Collections.Immutable;

namespace GpuScheduler.Simulation;

/// <summary>How fast nodes talk to each other: an assumption of the workload, which no scheduler sees.</summary>
/// <param name="ByLevel">By node label of a level of the topology: GB/s a GPU, both directions, between two nodes of one of its domains.</param>
/// <param name="Beyond">The same between nodes that share no such domain.</param>
public sealed record NetworkBandwidths(ImmutableSortedDictionary<string, int> ByLevel, int Beyond);
