namespace GpuScheduler.Simulation;

/// <summary>What is used of a node at the end of a run.</summary>
public sealed record NodeUsage
{
    public required string Name { get; init; }

    /// <summary>Model of the node's GPUs.</summary>
    public required string Model { get; init; }

    /// <summary>Used compute of each GPU, milli, in the order of the devices.</summary>
    public required IReadOnlyList<int> UsedMilli { get; init; }

    /// <summary>Requested CPU, percent of the allocatable CPU.</summary>
    public required double CpuUsedPercent { get; init => field = Rounded.Percent(value); }
}
