using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>
/// What one API object, of whatever ecosystem, states of a gang. Most gangs are one object; where objects name a parent, all under one root are one gang.
/// Never changes; an update is another one of the same key.
/// </summary>
public sealed record GangObject
{
    public required GangKey Key { get; init; }

    public string Uid { get; init; } = "";

    public DateTimeOffset Created { get; init; }

    /// <summary>The object that this one is a part of; null: it is a whole gang.</summary>
    public GangKey? Parent { get; init; }

    /// <summary>
    /// The parent itself, where no object ever states it and its parts say all that is known (Koordinator's gang groups); otherwise null. An object of that
    /// key, should there be one, counts instead.
    /// </summary>
    public GangObject? ImpliedParent { get; init; }

    /// <summary>Its pods and groups.</summary>
    public required GangGroup Group { get; init; }

    /// <summary>Priority of the whole; null: that of <see cref="PriorityClassName"/>, and where there is none, that of its pods.</summary>
    public int? Priority { get; init; }

    public string PriorityClassName { get; init; } = "";

    /// <summary>True where it may evict nobody (<c>preemptionPolicy: Never</c>).</summary>
    public bool NeverPreempts { get; init; }

    /// <summary>Queue that it is charged to; empty: none is named.</summary>
    public string Queue { get; init; } = "";

    /// <summary>How long its pods may hold their places before all that it needs is bound; null: the scheduler's own limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>True where its status says that all it needs was bound once, whoever did it.</summary>
    public bool HasStarted { get; init; }

    /// <summary>What its own controller has still to do before it may be placed, as a clause ("its operator has not listed its pods yet"); null: nothing.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>What is wrong with it; it is not placed while anything is. A sentence each, with the path in the object and the mend.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>True where both say the same, whatever their identity.</summary>
    public bool IsLike(GangObject? other) =>
        other is not null && Group.IsLike(other.Group) && Problems.SequenceEqual(other.Problems)
        && (ImpliedParent?.IsLike(other.ImpliedParent) ?? other.ImpliedParent is null)
        && this with { Group = other.Group, Problems = other.Problems, ImpliedParent = other.ImpliedParent } == other;
}
