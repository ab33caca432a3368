namespace GpuScheduler.Simulation;

/// <summary>The simulated cluster.</summary>
public sealed record ClusterSummary
{
    public required int Nodes { get; init; }

    public required int Gpus { get; init; }

    /// <summary>Compute of all GPUs, milli; 1000 is one GPU.</summary>
    public required long GpuMilli { get; init; }

    /// <summary>The GPUs by model, by name.</summary>
    public required IReadOnlyList<DeviceModelSummary> Models { get; init; }
}
