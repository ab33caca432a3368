namespace GpuScheduler.Framework;

/// <summary>A score plugin and what its points count in a profile.</summary>
public readonly record struct WeightedScore(IScorePlugin Plugin, int Weight);
