namespace GpuScheduler.Cluster;

/// <summary>The lanes of a block that hold an image with this size.</summary>
/// <param name="Image">The name's number in the <see cref="Vocabulary"/>.</param>
public readonly record struct ImageGroup(int Image, long SizeBytes, ulong Lanes);
