using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>A node as the API server has it.</summary>
public sealed class NodeObject
{
    public required Node Node { get; init; }

    public string ResourceVersion { get; init; } = "";

    /// <summary>What is wrong with its fields, labels or annotations, a sentence each.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>The same without what follows from ResourceSlices; null where this is it.</summary>
    internal NodeObject? AsRead { get; init; }

    public override string ToString() => Node.Name;
}
