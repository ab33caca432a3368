using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>A pod: who it is, and what it asks (<see cref="Spec"/>), which pods alike share.</summary>
public sealed record Pod
{
    /// <summary>What the API server gives a pod that does not say.</summary>
    public static readonly TimeSpan DefaultTerminationGracePeriod = TimeSpan.FromSeconds(30);

    public string Namespace { get; init; } = "default";

    public required string Name { get; init; }

    public string Uid { get; init; } = "";

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = LabelSet.Empty;

    /// <summary>Larger goes first; the value of its PriorityClass.</summary>
    public int Priority { get; init; }

    /// <summary><c>spec.priorityClassName</c>; empty where it names none.</summary>
    public string PriorityClassName { get; init; } = "";

    /// <summary>May others be evicted for this pod?</summary>
    public PreemptionPolicy PreemptionPolicy { get; init; }

    public DateTimeOffset Created { get; init; }

    /// <summary><c>status.startTime</c>, when the kubelet took it up; null before.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary><c>metadata.deletionTimestamp</c>, when it will be gone at the latest; null unless it is being deleted.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }

    /// <summary><c>spec.terminationGracePeriodSeconds</c>: how long it may go on once it is asked to end.</summary>
    public TimeSpan TerminationGracePeriod { get; init; } = DefaultTerminationGracePeriod;

    /// <summary>The reference of <c>metadata.ownerReferences</c> that is its controller; null where it has none.</summary>
    public PodOwner? Owner { get; init; }

    /// <summary><c>spec.schedulingGroup.podGroupName</c> (Kubernetes 1.36), a PodGroup of its namespace; empty where it is in none.</summary>
    public string SchedulingGroup { get; init; } = "";

    /// <summary>Names of <c>spec.schedulingGates</c>; while there are any the pod waits.</summary>
    public ImmutableArray<string> SchedulingGates { get; init; } = [];

    /// <summary><c>spec.nodeName</c> of a pod that is bound already; empty while it is pending.</summary>
    public string BoundNode { get; init; } = "";

    /// <summary><c>status.nominatedNodeName</c>: where room was made or found for it, without a promise; empty where none was.</summary>
    public string NominatedNodeName { get; init; } = "";

    /// <summary>Devices that a bound pod holds, as its annotation states them; empty where it states none.</summary>
    public DeviceSet BoundDevices { get; init; }

    /// <summary>
    /// Devices that a bound pod holds by the names that its node has for them (<see cref="Node.DeviceUuids"/>): what HAMi's scheduler gave it, or what its claims are
    /// allocated. Empty where <see cref="BoundDevices"/> is stated, or nothing.
    /// </summary>
    public ImmutableArray<string> BoundUuids { get; init; } = [];

    /// <summary>Its <c>spec.resourceClaims</c>, but for those that turned out to need no claim.</summary>
    public ImmutableArray<PodClaim> Claims { get; init; } = [];

    /// <summary>Those of its <c>spec.volumes</c> that are PersistentVolumeClaims.</summary>
    public ImmutableArray<PodVolume> Volumes { get; init; } = [];

    /// <summary>The gang that it belongs to; null: it is placed alone.</summary>
    public GangMembership? Gang { get; init; }

    /// <summary>What it demands in forms that nothing here regards.</summary>
    public PodConstraints Disregarded { get; init; }

    /// <summary>Required terms of its pod affinity and anti-affinity that its gang keeps, if they are those of its controller.</summary>
    public ImmutableArray<ExclusiveTerm> ExclusiveTerms { get; init; } = [];

    /// <summary>All that it demands and that is not regarded.</summary>
    public PodConstraints NotRegarded
    {
        get
        {
            PodConstraints constraints = Disregarded;
            foreach (ExclusiveTerm term in ExclusiveTerms)
            {
                constraints |= term.IsKeptBy(this) ? 0 : term.IsAgainst ? PodConstraints.PodAntiAffinity : PodConstraints.PodAffinity;
            }

            return constraints;
        }
    }

    /// <summary>Succeeded or failed: it holds nothing any more.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>It has ended and did all that it was to do.</summary>
    public bool HasSucceeded { get; init; }

    /// <summary><c>spec.activeDeadlineSeconds</c>: for so long it may run at the longest, from when its kubelet takes it; null: without end.</summary>
    public TimeSpan? ActiveDeadline { get; init; }

    public required PodSpec Spec { get; init; }

    public override string ToString() => $"{Namespace}/{Name}";
}
