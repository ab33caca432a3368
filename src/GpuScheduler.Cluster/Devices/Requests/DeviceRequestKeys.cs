namespace GpuScheduler.Cluster;

/// <summary>The annotations and extended resources in which pods ask for devices.</summary>
public static class DeviceRequestKeys
{
    /// <summary>Annotation: share of one device, <c>0.001</c> to <c>1</c>; 1 is a whole device.</summary>
    public const string GpuFraction = "gpuscheduler.dev/gpu-fraction";

    /// <summary>Annotation: memory of one device, in MiB (<c>8192</c>) or as a quantity (<c>8Gi</c>).</summary>
    public const string GpuMemory = "gpuscheduler.dev/gpu-memory";

    /// <summary>Annotation: how many different devices, 1 to 16.</summary>
    public const string GpuCount = "gpuscheduler.dev/gpu-count";

    /// <summary>Annotation: the models allowed, comma separated.</summary>
    public const string GpuModel = "gpuscheduler.dev/gpu-model";

    /// <summary>KAI's annotation: share of one device, more than 0 and less than 1.</summary>
    public const string KaiGpuFraction = "gpu-fraction";

    /// <summary>KAI's annotation: memory of one device, MiB.</summary>
    public const string KaiGpuMemory = "gpu-memory";

    /// <summary>KAI's annotation: how many devices to take the share or the memory of.</summary>
    public const string KaiNumDevices = "gpu-fraction-num-devices";

    public const string NvidiaGpu = "nvidia.com/gpu";

    public const string AmdGpu = "amd.com/gpu";

    public const string IntelI915 = "gpu.intel.com/i915";

    public const string IntelXe = "gpu.intel.com/xe";

    /// <summary>
    /// True for an extended resource that counts whole devices. Others of the same vendors (<c>nvidia.com/mig-1g.10gb</c>,
    /// <c>nvidia.com/gpu.shared</c>) are resources like any other.
    /// </summary>
    public static bool IsWholeDeviceResource(string resource) => resource is NvidiaGpu or AmdGpu or IntelI915 or IntelXe;
}
