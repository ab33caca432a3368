namespace GpuScheduler.Framework;

/// <summary>A score plugin and what its points count in a profile.</summary>
public readonly record struct WeightedScore(IScorePlugin Plugin, int Weight)
{
    /// <summary>The highest weight there may be: twenty plugins of it still leave room for whole points in <see cref="Profile.ScorePrecision"/>.</summary>
    public const int MaxWeight = 1_000_000;
}
