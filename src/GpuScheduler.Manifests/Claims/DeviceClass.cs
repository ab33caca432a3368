using System.Collections.Immutable;

namespace GpuScheduler.Manifests;

/// <summary>A DeviceClass: which devices requests that name it may get.</summary>
public sealed record DeviceClass : IClaimObject
{
    string IClaimObject.Namespace => "";

    public required string Name { get; init; }

    public string Uid { get; init; } = "";

    public string ResourceVersion { get; init; } = "";

    /// <summary>CEL expressions that must all hold of a device.</summary>
    public ImmutableArray<string> Selectors { get; init; } = [];

    /// <summary>Configuration for drivers, JSON objects as they are.</summary>
    public ImmutableArray<string> Configurations { get; init; } = [];

    /// <summary>What is wrong with it, a sentence each.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];
}
