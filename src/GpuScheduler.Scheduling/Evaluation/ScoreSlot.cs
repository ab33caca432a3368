using System.Numerics;
using GpuScheduler.Framework;

namespace GpuScheduler.Scheduling;

/// <summary>A score plugin that has a say for a pod class.</summary>
/// <param name="Plugin">The plugin.</param>
/// <param name="State">What its PreScore worked out.</param>
/// <param name="Factor">The profile's weight times the units of a total that one of the plugin's score units stands for.</param>
/// <param name="Shift">Bits of the plugin's scores that are finer than a unit of a total.</param>
internal readonly record struct ScoreSlot(IScorePlugin Plugin, object? State, int Factor, int Shift)
{
    /// <summary>The plugin as one whose raw scores mean something only against the others', or null.</summary>
    public INormalizeScorePlugin? Normalizer => Plugin as INormalizeScorePlugin;

    /// <param name="score">A plugin with its weight.</param>
    /// <param name="state">What its PreScore worked out.</param>
    /// <param name="precision">Units of a total that a point stands for.</param>
    public static ScoreSlot Of(WeightedScore score, object? state, int precision)
    {
        int finer = BitOperations.Log2((uint)score.Plugin.Precision) - BitOperations.Log2((uint)precision);
        return new ScoreSlot(score.Plugin, state, score.Weight << Math.Max(-finer, 0), Math.Max(finer, 0));
    }

    /// <summary>What a final score of the plugin counts.</summary>
    public int Weigh(int score) => (score >> Shift) * Factor;
}
