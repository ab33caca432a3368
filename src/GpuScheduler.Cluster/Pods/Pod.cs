using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>A pod: who it is, and what it asks (<see cref="Spec"/>), which pods alike share.</summary>
public sealed record Pod
{
    public string Namespace { get; init; } = "default";

    public required string Name { get; init; }

    public string Uid { get; init; } = "";

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = LabelSet.Empty;

    /// <summary>Larger goes first; the value of its PriorityClass.</summary>
    public int Priority { get; init; }

    public DateTimeOffset Created { get; init; }

    /// <summary>Names of <c>spec.schedulingGates</c>; while there are any the pod waits.</summary>
    public ImmutableArray<string> SchedulingGates { get; init; } = [];

    /// <summary><c>spec.nodeName</c> of a pod that is bound already; empty while it is pending.</summary>
    public string BoundNode { get; init; } = "";

    /// <summary>Devices that a bound pod holds, as its annotation states them; empty where it states none.</summary>
    public DeviceSet BoundDevices { get; init; }

    /// <summary>The gang that it belongs to; null: it is placed alone.</summary>
    public GangMembership? Gang { get; init; }

    /// <summary>Succeeded or failed: it holds nothing any more.</summary>
    public bool IsTerminal { get; init; }

    public required PodSpec Spec { get; init; }

    public override string ToString() => $"{Namespace}/{Name}";
}
