using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>An image that a node already holds: all its names, and its size in bytes.</summary>
public sealed record ContainerImage(ImmutableArray<string> Names, long SizeBytes);
