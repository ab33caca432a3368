namespace GpuScheduler.Plugins;

/// <summary>Where a <see cref="PriceTable"/> has the costs for a device shape.</summary>
/// <param name="Part">Index of the part's first cost.</param>
/// <param name="Share">Compute to take of each device, milli; that of a whole device where none is asked for.</param>
internal sealed record PricedShape(int Part, int Share);
