using GpuScheduler.Cluster;

namespace GpuScheduler.Simulation;

/// <summary>A finished run.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Observer">The figures.</param>
/// <param name="Final">The cluster at the end.</param>
/// <param name="Elapsed">Virtual time from start to end; zero where only the order counts.</param>
/// <param name="WallTime">How long the run took.</param>
public sealed record RunResult(
    SimulatedPolicy Policy, ulong Seed, RunObserver Observer, Snapshot Final, TimeSpan Elapsed, TimeSpan WallTime)
{
    /// <summary>What became of each pod; null: pods were not followed.</summary>
    public PodLog? Pods { get; init; }

    /// <summary>The cluster when pods held the most, where gangs are watched; null otherwise.</summary>
    public Snapshot? Fullest { get; init; }

    /// <summary>When that was; zero where only the order counts.</summary>
    public TimeSpan FullestAt { get; init; }
}
