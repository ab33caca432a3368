namespace GpuScheduler.Simulation;

/// <summary>
/// What a simulation found: the versioned document that every output is printed from. Each field is described in <c>docs/simulation-output.md</c>.
/// Numbers are rounded when they enter the report, so that all outputs show the same ones.
/// </summary>
public sealed record SimulationReport
{
    public string ApiVersion { get; } = "gpuscheduler.dev/v1alpha1";

    public string Kind { get; } = "SimulationReport";

    public required ClusterSummary Cluster { get; init; }

    public required WorkloadSummary Workload { get; init; }

    /// <summary>The policies, in the order in which they were asked for.</summary>
    public required IReadOnlyList<PolicySummary> Policies { get; init; }

    /// <summary>One run per policy and seed.</summary>
    public required IReadOnlyList<SimulationRun> Runs { get; init; }

    /// <summary>The same report without what differs between two runs of the same inputs: how long they took.</summary>
    public SimulationReport WithoutTimings() => this with { Runs = [.. Runs.Select(r => r with { Seconds = null })] };
}
