namespace GpuScheduler.Simulation;

/// <summary>A size that gangs may have.</summary>
/// <param name="Pods">How many pods.</param>
/// <param name="Weight">How often, relative to the others.</param>
internal sealed record GangSize(int Pods, int Weight);
