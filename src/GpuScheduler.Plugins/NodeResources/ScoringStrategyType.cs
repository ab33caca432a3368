namespace GpuScheduler.Plugins;

/// <summary>How <see cref="NodeResourcesFit"/> ranks nodes.</summary>
public enum ScoringStrategyType
{
    LeastAllocated,
    MostAllocated,
    RequestedToCapacityRatio,
}
