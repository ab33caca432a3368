using System.Collections.Frozen;

namespace GpuScheduler.Manifests;

/// <summary>How much a document may make us do, and what of it nobody reads.</summary>
public sealed record DocumentOptions
{
    /// <summary>For files that people write by hand.</summary>
    public static readonly DocumentOptions HandWritten = new() { MaxBytes = 1 << 20 };

    /// <summary>For manifests and dumps of clusters.</summary>
    public static readonly DocumentOptions ApiObjects = new() { SkippedKeys = FrozenSet.ToFrozenSet(["managedFields"]) };

    public int MaxBytes { get; init; } = 1 << 30;

    public int MaxDepth { get; init; } = 100;

    /// <summary>Values in all documents together.</summary>
    public int MaxNodes { get; init; } = 20_000_000;

    /// <summary>Values that aliases (<c>*name</c>) may repeat.</summary>
    public int MaxAliasedNodes { get; init; } = 10_000;

    /// <summary>Keys that are left out with all below them.</summary>
    public FrozenSet<string> SkippedKeys { get; init; } = [];
}
