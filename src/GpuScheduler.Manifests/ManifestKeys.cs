namespace GpuScheduler.Manifests;

/// <summary>Annotations that say which devices there are and who holds them, and what became of whom.</summary>
public static class ManifestKeys
{
    /// <summary>
    /// On a node: its devices as a JSON list (<c>[{"index":0,"uuid":"GPU-…","model":"…","memoryMiB":81559,"numa":0,"pcieRoot":"…"}]</c>), or a map of <c>devices</c>
    /// and <c>links</c>, a matrix such as <c>[["X","NV18"],["NV18","X"]]</c>, or <c>{"shape":"hgx-h100-8"}</c>. On a bound pod: the devices it holds, <c>0,3</c>.
    /// </summary>
    public const string Devices = "gpuscheduler.dev/devices";

    /// <summary>On a node: <c>annotation</c>, <c>device-plugin</c>, <c>hami</c> or <c>dra</c>.</summary>
    public const string AllocationRegime = "gpuscheduler.dev/allocation-regime";

    /// <summary>On a PodGroup of KAI: when it was last started, in RFC 3339.</summary>
    public const string KaiLastStart = "kai.scheduler/last-start-timestamp";

    internal const string GpuReplicas = "nvidia.com/gpu.replicas";

    internal const string MigStrategy = "nvidia.com/mig.strategy";

    internal const string AmdProduct = "amd.com/gpu.product-name";

    internal const string IntelProduct = "gpu.intel.com/product";
}
