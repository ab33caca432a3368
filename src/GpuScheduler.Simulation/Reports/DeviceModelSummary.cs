namespace GpuScheduler.Simulation;

/// <summary>The GPUs of one model.</summary>
public sealed record DeviceModelSummary
{
    public required string Model { get; init; }

    /// <summary>Nodes that have such GPUs.</summary>
    public required int Nodes { get; init; }

    public required int Gpus { get; init; }
}
