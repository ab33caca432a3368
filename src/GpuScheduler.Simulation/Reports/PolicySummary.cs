namespace GpuScheduler.Simulation;

/// <summary>A policy that was simulated.</summary>
public sealed record PolicySummary
{
    public required string Name { get; init; }

    /// <summary>How it works, in one sentence.</summary>
    public required string Description { get; init; }
}
