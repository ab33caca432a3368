using GpuScheduler.Framework;

namespace GpuScheduler.Plugins;

/// <summary>Makes room for a pod that fits nowhere by evicting pods of lower priority (docs/preemption.md).</summary>
public sealed class DefaultPreemption(PreemptionArgs args) : IPreemptionPlugin
{
    public string Name => "DefaultPreemption";

    public PreemptionArgs Args => args;
}
