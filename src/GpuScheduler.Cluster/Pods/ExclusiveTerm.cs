namespace GpuScheduler.Cluster;

/// <summary>
/// A required term of pod affinity or anti-affinity in the form in which controllers write exclusive topology: with pods of one value of a label, or against those of every other.
/// </summary>
/// <param name="IsAgainst">Anti-affinity.</param>
/// <param name="Topology">What it amounts to.</param>
/// <param name="Value">The label's value.</param>
public sealed record ExclusiveTerm(bool IsAgainst, ExclusiveTopology Topology, string Value)
{
    /// <summary>True where the pod's gang keeps the term anyway: the pod claims the domain, and for affinity its gang must be in one domain of the level.</summary>
    public bool IsKeptBy(Pod pod) =>
        pod.Gang is { } gang && gang.Exclusive.Contains(Topology) && pod.Labels.GetValueOrDefault(Topology.Label) == Value
        && (IsAgainst || (gang.Implied is { } implied && IsRequired(implied.Group)));

    private bool IsRequired(GangGroup group) => group.RequiredLevel == Topology.Level || group.Groups.Any(IsRequired);
}
