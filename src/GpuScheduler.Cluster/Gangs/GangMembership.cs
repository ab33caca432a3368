using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>A pod's place in a gang, as the pod itself states it.</summary>
/// <param name="Gang">The object that it belongs to.</param>
/// <param name="Group">The group within that object; empty: its only one, or the one whose <see cref="GangGroup.Selector"/> matches.</param>
/// <param name="Rank">Its number among the gang's pods, where it states one: neighbours in rank talk most. Null: the order of names.</param>
public sealed record GangMembership(GangKey Gang, string Group = "", int? Rank = null)
{
    /// <summary>
    /// The gang itself, where no object states it and the pods' labels and annotations say all that is known; otherwise null. Each pod may say only its own
    /// part of it (<see cref="ImpliedGangs.Merge"/>); an object of that key, should there be one, counts instead.
    /// </summary>
    public GangObject? Implied { get; init; }

    /// <summary>Domains that the pod claims for its group, whoever states the gang.</summary>
    public ImmutableArray<ExclusiveTopology> Exclusive { get; init; } = [];

    /// <summary>True where both say the same; what is implied is read anew from each state of a pod, so that its identity says nothing.</summary>
    public bool IsLike(GangMembership? other) =>
        other is not null && Gang == other.Gang && Group == other.Group && Rank == other.Rank && Exclusive.SequenceEqual(other.Exclusive)
        && (Implied?.IsLike(other.Implied) ?? other.Implied is null);
}
