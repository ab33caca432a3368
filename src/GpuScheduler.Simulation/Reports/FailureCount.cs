namespace GpuScheduler.Simulation;

/// <summary>Pods of one kind that failed for one reason.</summary>
public sealed record FailureCount
{
    /// <summary>The reason of the nodes that came closest to fitting, in kube-scheduler's words.</summary>
    public required string Reason { get; init; }

    public required RequestKind RequestKind { get; init; }

    public required int Pods { get; init; }
}
