using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>A pod that comes to the cluster.</summary>
/// <param name="Pod">The pod; each arrival has one of its own.</param>
/// <param name="At">When, from the start of the run; zero throughout where only the order counts.</param>
/// <param name="Duration">How long it runs once placed; null: it never leaves.</param>
public readonly record struct Arrival(Pod Pod, TimeSpan At, TimeSpan? Duration);
