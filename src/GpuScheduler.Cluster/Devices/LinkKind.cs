namespace GpuScheduler.Cluster;

/// <summary>How two devices of a node reach each other, from slowest to fastest; the names of <c>nvidia-smi topo</c>.</summary>
public enum LinkKind : byte
{
    /// <summary>Across the interconnect between CPU sockets (SYS).</summary>
    CrossSocket,

    /// <summary>Across host bridges within a NUMA node (NODE).</summary>
    SameNuma,

    /// <summary>Across one PCIe host bridge (PHB).</summary>
    HostBridge,

    /// <summary>Across several PCIe switches (PXB).</summary>
    PcieSwitches,

    /// <summary>Across one PCIe switch (PIX).</summary>
    PcieSwitch,

    /// <summary>NVLink lanes from device to device, or NVLink of which nobody told whether a switch is between (NVn).</summary>
    NvLink,

    /// <summary>NVLink lanes through switches, so that any two devices have all lanes of both (NVn).</summary>
    NvSwitch,
}
