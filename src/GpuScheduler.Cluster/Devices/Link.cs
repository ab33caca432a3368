namespace GpuScheduler.Cluster;

/// <summary>The best path between two devices.</summary>
/// <param name="Kind">What the path crosses.</param>
/// <param name="GigabytesPerSecond">Bidirectional bandwidth, GB/s.</param>
public readonly record struct Link(LinkKind Kind, int GigabytesPerSecond);
