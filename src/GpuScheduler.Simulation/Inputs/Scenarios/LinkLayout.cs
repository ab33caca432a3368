namespace GpuScheduler.Simulation;

/// <summary>How a node's devices are wired.</summary>
internal enum LinkLayout
{
    /// <summary>Nothing is known.</summary>
    None,

    /// <summary>PCIe: one host bridge for each half of the devices.</summary>
    Pcie,

    /// <summary>PCIe, and an NVLink bridge between devices 0 and 1, 2 and 3, ….</summary>
    NvlinkPairs,

    /// <summary>Any two by NVLink.</summary>
    Nvswitch,
}
