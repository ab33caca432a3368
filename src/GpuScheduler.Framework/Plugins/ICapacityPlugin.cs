using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>
/// A filter that can say how many pods of a class it would let onto a node one after another, so that gangs are counted rather than tried. A filter that reads
/// <see cref="Reads.Usage"/> and does not say it is asked before each placement instead.
/// </summary>
public interface ICapacityPlugin : IFilterPlugin
{
    /// <summary>
    /// Lowers the count of each of <paramref name="lanes"/>, which have passed Filter, to how many pods this plugin allows there: exactly, where devices are chosen well.
    /// Counts of other lanes mean nothing afterwards.
    /// </summary>
    /// <param name="context">The class, with what PreFilter left.</param>
    /// <param name="block">The nodes.</param>
    /// <param name="lanes">Which of them.</param>
    /// <param name="counts">A count for each of the 64 lanes, none negative.</param>
    void Limit(in PluginContext context, Block block, ulong lanes, Span<short> counts);
}
