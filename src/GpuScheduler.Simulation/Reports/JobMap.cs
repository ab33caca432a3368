namespace GpuScheduler.Simulation;

/// <summary>Who holds which GPU at one instant.</summary>
public sealed record JobMap
{
    /// <summary>When, seconds of virtual time; 0 where only the order counts.</summary>
    public required double AtSeconds { get; init => field = Rounded.Seconds(value); }

    /// <summary>The nodes that have GPUs, in the order of the topology.</summary>
    public required IReadOnlyList<NodeHolders> Nodes { get; init; }
}
