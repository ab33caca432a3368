namespace GpuScheduler.Plugins;

/// <summary>What a <see cref="PriceTable"/> says of a device shape.</summary>
/// <param name="Share">Compute to take of each device, milli; that of a whole device where none is asked for.</param>
/// <param name="MarkUp">What losses of devices are multiplied by for their model.</param>
/// <param name="Losses">By the gap of a device in use: what it loses, score units.</param>
/// <param name="WholeLoss">The same for as many whole devices as are asked for.</param>
internal sealed record PricedShape(int Share, float MarkUp, float[] Losses, float WholeLoss);
