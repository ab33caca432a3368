namespace GpuScheduler.Simulation;

/// <summary>A policy that can be simulated.</summary>
/// <param name="Name">As given to <c>--policy</c>.</param>
/// <param name="Description">How it works, in one sentence.</param>
/// <param name="Start">Prepares a run over a workload with a seed.</param>
public sealed record SimulatedPolicy(string Name, string Description, Func<Workload, ulong, IPolicyRun> Start)
{
    /// <summary>The order among nodes of equal score that belongs to the policy; null: it has none.</summary>
    public Func<Workload, Func<string, ulong>>? Ties { get; init; }
}
