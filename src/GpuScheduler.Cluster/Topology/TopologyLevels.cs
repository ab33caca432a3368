using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>
/// The levels of the domain tree, from broad to narrow, each a node label key. A domain is the set of nodes that agree on its level's label and on all
/// broader ones; a node without a label is in no domain of that level, and hangs below the next broader one.
/// </summary>
public sealed class TopologyLevels
{
    /// <summary>The level below all others: each node alone.</summary>
    public const string Hostname = "kubernetes.io/hostname";

    /// <summary>
    /// Region and zone (Kubernetes), block, sub-block and rack of the large clouds and of topograph, NVLink domain (GPU feature discovery), node.
    /// Those that no node has cost nothing.
    /// </summary>
    public static readonly TopologyLevels Default = new(
    [
        "topology.kubernetes.io/region",
        "topology.kubernetes.io/zone",
        "topology.kubernetes.io/block",
        "topology.kubernetes.io/rack",
        "nvidia.com/gpu.clique",
        Hostname,
    ]);

    /// <param name="keys">Node label keys, broad to narrow, each once; <see cref="Hostname"/> is added where it is missing.</param>
    /// <exception cref="ArgumentException">A key is empty or comes twice, or <see cref="Hostname"/> is not the last.</exception>
    public TopologyLevels(ImmutableArray<string> keys)
    {
        if (!keys.Contains(Hostname))
        {
            keys = keys.Add(Hostname);
        }

        if (keys.Any(string.IsNullOrEmpty) || keys.Distinct(StringComparer.Ordinal).Count() != keys.Length || keys[^1] != Hostname)
        {
            throw new ArgumentException($"levels are node label keys, each once, broad to narrow, {Hostname} last", nameof(keys));
        }

        Keys = keys;
    }

    public ImmutableArray<string> Keys { get; }

    /// <summary>Number of a level, 0 the broadest; -1 where the key is none.</summary>
    public int IndexOf(string key) => Keys.IndexOf(key, 0, Keys.Length, StringComparer.Ordinal);
}
