using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>Says which nodes of a block can run a pod. A plugin that looks at one node at a time may derive from <see cref="NodeFilter"/>.</summary>
public interface IFilterPlugin : IPlugin
{
    /// <summary>All that the answer depends on besides the pod class.</summary>
    Reads FilterReads { get; }

    /// <summary>Those of <paramref name="lanes"/> that pass. Several threads may ask at once, each about another block.</summary>
    ulong Filter(in PluginContext context, Block block, ulong lanes);

    /// <summary>Says why <paramref name="rejected"/> lanes did not pass: at least one reason for each.</summary>
    void Explain(in PluginContext context, Block block, ulong rejected, Rejections into);
}
