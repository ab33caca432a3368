using System.Collections.Immutable;

namespace GpuScheduler.Manifests;

/// <summary>A ResourceClaim, or what a ResourceClaimTemplate would make.</summary>
public sealed record ResourceClaim : IClaimObject
{
    public string Namespace { get; init; } = "default";

    public required string Name { get; init; }

    public string Uid { get; init; } = "";

    public string ResourceVersion { get; init; } = "";

    public bool IsDeleting { get; init; }

    public ImmutableArray<ClaimRequest> Requests { get; init; } = [];

    /// <summary>Null: it is not allocated.</summary>
    public ClaimAllocation? Allocation { get; init; }

    /// <summary>UIDs of the pods, or of other objects, that may use what it is allocated.</summary>
    public ImmutableArray<string> ReservedFor { get; init; } = [];

    /// <summary>What it asks that is not honoured here, or makes no sense: a sentence each, with path and mend. Of no matter once it is allocated.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    public override string ToString() => $"ResourceClaim {Namespace}/{Name}";
}
