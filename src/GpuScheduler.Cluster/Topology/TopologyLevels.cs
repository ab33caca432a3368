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
    /// Region and zone (Kubernetes); then the network of the large clouds and of topograph, and NVLink domains; the node. A cluster has few of them; those that no node
    /// has cost nothing. (AWS counts network layers from the top, topograph tiers from the bottom.)
    /// </summary>
    public static readonly TopologyLevels Default = new(
    [
        "topology.kubernetes.io/region",
        "topology.kubernetes.io/zone",
        "topology.k8s.aws/zone-id",
        "kubernetes.azure.com/ppg",

        // From the core of the network towards the nodes.
        "ib.coreweave.cloud/fabric",
        "network.topology.nvidia.com/datacenter",
        "network.topology.nvidia.com/core",
        "fabric.topograph.run/tier-4",
        "fabric.topograph.run/tier-3",
        "fabric.topograph.run/tier-2",
        "topology.k8s.aws/network-node-layer-1",
        "topology.k8s.aws/network-node-layer-2",
        "network.topology.nvidia.com/spine",
        "fabric.topograph.run/tier-1",
        "topology.kubernetes.io/block",
        "cloud.google.com/gce-topology-block",
        "oci.oraclecloud.com/host.network_block_id",
        "ib.coreweave.cloud/superpod",
        "network.topology.nvidia.com/block",
        "topology.k8s.aws/network-node-layer-3",
        "topology.k8s.aws/network-node-layer-4",
        "network.topology.nvidia.com/leaf",
        "fabric.topograph.run/tier-0",
        "ib.coreweave.cloud/leafgroup",
        "cloud.google.com/gce-topology-subblock",

        // Racks, and what is wired with NVLink.
        "topology.kubernetes.io/rack",
        "oci.oraclecloud.com/host.rack_id",
        "node.coreweave.cloud/rack",
        "topology.k8s.aws/capacity-block-id",
        "topology.k8s.aws/ultraserver-id",
        "accelerator.topograph.run/domain",
        "network.topology.nvidia.com/accelerator",
        WellKnownLabels.GpuClique,
        "accelerator.topograph.run/sub-domain",
        "cloud.google.com/gce-topology-host",
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

    /// <summary>
    /// These levels and those of <paramref name="other"/>, each new one just above the next narrower one that both have. Where the two contradict each other,
    /// this order counts.
    /// </summary>
    public TopologyLevels With(TopologyLevels other)
    {
        List<string> keys = [.. Keys];
        int at = keys.Count - 1;
        foreach (string key in other.Keys.Reverse())
        {
            int known = keys.IndexOf(key);
            if (known < 0)
            {
                keys.Insert(at, key);
            }
            else
            {
                at = known;
            }
        }

        return new TopologyLevels([.. keys]);
    }
}
