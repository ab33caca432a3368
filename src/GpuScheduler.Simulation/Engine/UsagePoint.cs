namespace GpuScheduler.Simulation;

/// <summary>A timed run at one instant.</summary>
public readonly record struct UsagePoint(TimeSpan At, double AllocatedPercent);
