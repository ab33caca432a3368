using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>A score plugin that has a say for a pod class.</summary>
/// <param name="Plugin">The plugin.</param>
/// <param name="State">What its PreScore worked out.</param>
/// <param name="Factor">The profile's weight times the units that one of the plugin's score units stands for.</param>
internal readonly record struct ScoreSlot(IScorePlugin Plugin, object? State, long Factor)
{
    /// <summary>The plugin as one whose raw scores mean something only against the others', or null.</summary>
    public INormalizeScorePlugin? Normalizer => Plugin as INormalizeScorePlugin;
}
