using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>A row of a trace's pod list; times in seconds.</summary>
internal readonly record struct TracePod(string Name, PodSpec Spec, long CreatedAt, long? Runs);
