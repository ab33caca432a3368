namespace GpuScheduler.Simulation;

/// <summary>Who holds the GPUs of a node.</summary>
public sealed record NodeHolders
{
    /// <summary>Stands for all pairs.</summary>
    public const string AnyTwo = "all";

    public required string Name { get; init; }

    /// <summary>The domain of each level that holds it, broad to narrow; empty text where it is in none.</summary>
    public required IReadOnlyList<string> Domains { get; init; }

    /// <summary>By GPU: the job that holds it, or the pod where that is in no job, the first where several share it; empty text where it is free.</summary>
    public required IReadOnlyList<string> Holders { get; init; }

    /// <summary>Pairs of its GPUs that are connected by NVLink, as <c>0-1</c>, or <see cref="AnyTwo"/>; empty where none are known.</summary>
    public required IReadOnlyList<string> NvLinks { get; init; }
}
