using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>A PodDisruptionBudget (policy/v1): how many of some pods may be evicted now.</summary>
public sealed record DisruptionBudget
{
    public string Namespace { get; init; } = "default";

    public required string Name { get; init; }

    public string Uid { get; init; } = "";

    public string ResourceVersion { get; init; } = "";

    /// <summary>Pods of its namespace that it covers; null: none.</summary>
    public LabelSelector? Selector { get; init; }

    /// <summary><c>status.disruptionsAllowed</c>.</summary>
    public int DisruptionsAllowed { get; init; }

    /// <summary>Names of pods whose eviction is counted in <see cref="DisruptionsAllowed"/> already, <c>status.disruptedPods</c>.</summary>
    public ImmutableSortedSet<string> DisruptedPods { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>True where the pod's eviction takes one of <see cref="DisruptionsAllowed"/>.</summary>
    public bool Covers(Pod pod) =>
        pod.Namespace == Namespace && Selector is { } selector && selector.Matches(pod.Labels) && !DisruptedPods.Contains(pod.Name);

    public override string ToString() => $"{Namespace}/{Name}";
}
