namespace GpuScheduler.Cluster;

/// <summary>
/// One accelerator of a node. Compute is always <see cref="FullMilli"/>; <paramref name="MemoryMiB"/> is 0 where nobody told.
/// </summary>
/// <param name="Index">Position on the node, 0 to 15.</param>
/// <param name="Model">Product name, such as <c>NVIDIA-H100-80GB-HBM3</c>.</param>
/// <param name="MemoryMiB">Device memory, MiB.</param>
/// <param name="NumaNode">NUMA node of its PCIe root, or -1.</param>
/// <param name="PcieRoot">PCIe root complex or switch, or the empty string.</param>
/// <param name="Nic">The network interface nearest to it (its rail), such as <c>mlx5_0</c>, or the empty string.</param>
/// <param name="MaxSharers">The most pods that whoever hands it out lets share it; 0: no limit but its compute.</param>
/// <param name="IsUsable">False where nobody new may have it: it is unhealthy, cordoned, or divided by somebody else.</param>
/// <param name="Resource">The extended resource that counts it among whole devices (<c>nvidia.com/gpu</c>); empty: none does, and any may ask for it.</param>
public sealed record Device(
    int Index, string Model, int MemoryMiB, int NumaNode = -1, string PcieRoot = "", string Nic = "", int MaxSharers = 0, bool IsUsable = true, string Resource = "")
{
    /// <summary>The compute of one whole device, in milli.</summary>
    public const int FullMilli = 1000;

    /// <summary>The most devices one node may have.</summary>
    public const int MaxPerNode = 16;

    /// <summary>
    /// The least compute that one pod takes of it, milli: so much that one pod more than <see cref="MaxSharers"/> never fits. No column has to count pods then; of
    /// more than about 40 sharers some are lost to rounding.
    /// </summary>
    public int LeastMilli => MaxSharers == 0 ? 0 : (FullMilli / (MaxSharers + 1)) + 1;
}
