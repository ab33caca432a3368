namespace GpuScheduler.Simulation;

/// <summary>A figure of a timed run that has been <paramref name="Value"/> since <paramref name="At"/>.</summary>
public readonly record struct TimePoint(TimeSpan At, double Value);
