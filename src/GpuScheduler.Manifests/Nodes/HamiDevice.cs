namespace GpuScheduler.Manifests;

/// <summary>A device as HAMi's device plugin registers it.</summary>
/// <param name="Uuid">Its UUID.</param>
/// <param name="Index">NVML's index; 0 of all where an older plugin does not tell.</param>
/// <param name="Count">How many pods may share it.</param>
/// <param name="MemoryMiB">Memory, as the plugin scales it.</param>
/// <param name="CoresPercent">Compute, as the plugin scales it; 0 where it does not tell.</param>
/// <param name="Model">Product name, with hyphens.</param>
/// <param name="NumaNode">NUMA node.</param>
/// <param name="IsHealthy">The plugin would hand it out.</param>
/// <param name="Mode">How it is shared; empty: <see cref="HamiCore"/>.</param>
internal sealed record HamiDevice(string Uuid, int Index, int Count, int MemoryMiB, int CoresPercent, string Model, int NumaNode, bool IsHealthy, string Mode)
{
    /// <summary>Limits are kept by a library in the container.</summary>
    public const string HamiCore = "hami-core";

    public bool IsShared => Mode is "" or HamiCore;

    /// <summary>HAMi tells NVML's name; feature discovery and requests join its words with hyphens.</summary>
    public static string ModelOf(string type) => string.Join('-', type.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
