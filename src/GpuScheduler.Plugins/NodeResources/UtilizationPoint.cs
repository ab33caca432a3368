namespace GpuScheduler.Plugins;

/// <summary>A point of a score function.</summary>
/// <param name="Utilization">Percent of the capacity, 0 to 100.</param>
/// <param name="Score">0 to <see cref="MaxScore"/>.</param>
public readonly record struct UtilizationPoint(int Utilization, int Score)
{
    public const int MaxScore = 10;
}
