namespace GpuScheduler.Simulation;

/// <summary>A run when a whole percent of the cluster's GPU compute had been asked for.</summary>
/// <param name="ArrivedPercent">Compute asked for so far, percent of the cluster's.</param>
/// <param name="AllocatedPercent">Compute that pods hold, percent of the cluster's.</param>
/// <param name="FragmentedPercent">Free compute that the expected demand cannot use, percent of the cluster's; null: not measured.</param>
/// <param name="Failed">Pods lost so far.</param>
public readonly record struct RunPoint(int ArrivedPercent, double AllocatedPercent, double? FragmentedPercent, int Failed);
