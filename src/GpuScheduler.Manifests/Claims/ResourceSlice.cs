using System.Collections.Immutable;

namespace GpuScheduler.Manifests;

/// <summary>A ResourceSlice: some of the devices of a driver's pool.</summary>
public sealed record ResourceSlice : IClaimObject
{
    string IClaimObject.Namespace => "";

    public required string Name { get; init; }

    public string Uid { get; init; } = "";

    public string ResourceVersion { get; init; } = "";

    public string Driver { get; init; } = "";

    public string Pool { get; init; } = "";

    /// <summary>Only slices of the highest generation in the pool count.</summary>
    public long Generation { get; init; }

    /// <summary>How many slices of that generation the pool has.</summary>
    public long SliceCount { get; init; }

    /// <summary>The node whose devices these are; empty: they are not of one node, and not handed out here.</summary>
    public string Node { get; init; } = "";

    public ImmutableArray<SliceDevice> Devices { get; init; } = [];
}
