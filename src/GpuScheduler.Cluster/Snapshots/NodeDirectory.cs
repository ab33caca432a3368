using System.Collections.Frozen;

namespace GpuScheduler.Cluster;

/// <summary>From a node's name to its index. Never changes; replaced when nodes come or go.</summary>
public sealed class NodeDirectory
{
    public static readonly NodeDirectory Empty = new(FrozenDictionary<string, int>.Empty);

    private readonly IReadOnlyDictionary<string, int> _indexes;

    internal NodeDirectory(IReadOnlyDictionary<string, int> indexes) => _indexes = indexes;

    /// <summary>How many nodes the cluster has.</summary>
    public int Count => _indexes.Count;

    /// <summary>False where no node has this name.</summary>
    public bool TryFind(string name, out int node) => _indexes.TryGetValue(name, out node);
}
