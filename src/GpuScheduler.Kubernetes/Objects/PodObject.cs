using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>A pod as the API server has it: the model's pod, and what only those who talk to the server need.</summary>
public sealed class PodObject
{
    public required Pod Pod { get; init; }

    public string ResourceVersion { get; init; } = "";

    /// <summary>It has a deletion timestamp.</summary>
    public bool IsDeleting => Pod.DeletionTimestamp is not null;

    /// <summary>The condition, or null where it has none yet.</summary>
    public PodScheduledCondition? Scheduled { get; init; }

    /// <summary>What is wrong with its fields or annotations, a sentence each. A pod with problems is not scheduled; bound, it counts where it is.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>What a pod waits for before it can be tried, such as a claim that does not exist yet; empty: nothing.</summary>
    public string Waits { get; init; } = "";

    /// <summary>The same without what follows from its claims; null where this is it.</summary>
    internal PodObject? AsRead { get; init; }

    public override string ToString() => Pod.ToString();
}
