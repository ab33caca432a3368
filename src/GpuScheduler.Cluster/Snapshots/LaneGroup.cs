namespace GpuScheduler.Cluster;

/// <summary>The lanes of a block that have <paramref name="Value"/> in common.</summary>
/// <param name="Id">Its number in the <see cref="Vocabulary"/>.</param>
public readonly record struct LaneGroup<T>(T Value, int Id, ulong Lanes);
