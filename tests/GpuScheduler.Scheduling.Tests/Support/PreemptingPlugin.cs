using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling.Tests;

/// <summary>Has the engine make room.</summary>
internal sealed class PreemptingPlugin(bool beyondBudgets = false) : IPreemptionPlugin
{
    public string Name => "Preempting";

    public PreemptionArgs Args { get; } = new() { BeyondBudgets = beyondBudgets };
}
