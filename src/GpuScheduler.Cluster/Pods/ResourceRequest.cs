namespace GpuScheduler.Cluster;

/// <summary>An amount of one resource, by its number in the <see cref="Vocabulary"/>.</summary>
public readonly record struct ResourceRequest(int Resource, long Amount);
