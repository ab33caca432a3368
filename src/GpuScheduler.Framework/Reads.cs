namespace GpuScheduler.Framework;

/// <summary>
/// What a plugin's answer for (pod class, block) depends on, besides the pod class. The engine keeps an answer for as long as
/// none of these has changed, so a plugin must name all of them.
/// </summary>
[Flags]
public enum Reads
{
    /// <summary>The nodes as their API objects state them: <see cref="Cluster.Block.Nodes"/>.</summary>
    Nodes = 1 << 0,

    /// <summary>What is placed on each node, the node alone.</summary>
    Usage = 1 << 1,

    /// <summary>On how many nodes each image is: <see cref="Cluster.ClusterView.Images"/>.</summary>
    Images = 1 << 2,

    /// <summary>The single attempt (its number, its randomness): the answer is never kept.</summary>
    Attempt = 1 << 3,
}
