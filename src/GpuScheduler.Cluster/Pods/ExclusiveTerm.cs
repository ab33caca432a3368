namespace GpuScheduler.Cluster;

/// <summary>
/// A required term of pod affinity or anti-affinity in the form in which controllers write exclusive topology: with pods of one value of a label, or against those of every other.
/// </summary>
/// <param name="IsAgainst">Anti-affinity.</param>
/// <param name="Topology">What it amounts to.</param>
/// <param name="Value">The label's value.</param>
public sealed record ExclusiveTerm(bool IsAgainst, ExclusiveTopology Topology, string Value)
{
    /// <summary>
    /// True where the pod's gang keeps the term anyway: the pod claims the domain, against as many namespaces at least, and for affinity its gang must be in one domain of the level.
    /// (Servers before 1.22 drop the namespace selector of a term.)
    /// </summary>
    public bool IsKeptBy(Pod pod) =>
        pod.Gang is { } gang && (gang.Exclusive.Contains(Topology) || gang.Exclusive.Contains(Topology with { AllNamespaces = true })) && pod.Labels.GetValueOrDefault(Topology.Label) == Value
        && (IsAgainst || (gang.Implied is { } implied && IsRequired(implied.Group)));

    private bool IsRequired(GangGroup group) => group.RequiredLevel == Topology.Level || group.Groups.Any(IsRequired);
}
