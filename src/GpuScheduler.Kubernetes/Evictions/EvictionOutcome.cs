namespace GpuScheduler.Kubernetes;

/// <summary>What became of evictions.</summary>
/// <param name="Failed">Number of the first target that does not go; -1: all go or have gone.</param>
/// <param name="Evicted">How many targets, from the first on, were told to go.</param>
/// <param name="ByBudget">True where a PodDisruptionBudget forbade it.</param>
/// <param name="Message">What the API server said; empty where all go.</param>
internal readonly record struct EvictionOutcome(int Failed, int Evicted, bool ByBudget, string Message)
{
    public static readonly EvictionOutcome Done = new(-1, int.MaxValue, false, "");

    public bool IsDone => Failed < 0;
}
