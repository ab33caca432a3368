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

    /// <summary>HAMi's annotations: parts of the names of models that are allowed, or not, comma separated.</summary>
    public const string HamiUseType = "nvidia.com/use-gputype";

    /// <inheritdoc cref="HamiUseType"/>
    public const string HamiNoUseType = "nvidia.com/nouse-gputype";

    public const string NvidiaGpu = "nvidia.com/gpu";

    /// <summary>HAMi's resource: memory of each device, MiB.</summary>
    public const string HamiMemory = "nvidia.com/gpumem";

    /// <summary>HAMi's resource: memory of each device, percent.</summary>
    public const string HamiMemoryPercentage = "nvidia.com/gpumem-percentage";

    /// <summary>HAMi's resource: compute of each device, percent.</summary>
    public const string HamiCores = "nvidia.com/gpucores";

    /// <summary>HAMi's resource: which of the tasks on a device goes first.</summary>
    public const string HamiPriority = "nvidia.com/priority";

    public const string AmdGpu = "amd.com/gpu";

    public const string IntelI915 = "gpu.intel.com/i915";

    public const string IntelXe = "gpu.intel.com/xe";

    /// <summary>
    /// True for an extended resource that counts whole devices. Others of the same vendors (<c>nvidia.com/mig-1g.10gb</c>,
    /// <c>nvidia.com/gpu.shared</c>) are resources like any other.
    /// </summary>
    public static bool IsWholeDeviceResource(string resource) => resource is NvidiaGpu or AmdGpu or IntelI915 or IntelXe;

    /// <summary>True for a resource that no node offers, because the request for devices says it: what counts whole devices, and HAMi's limits on them.</summary>
    public static bool IsDeviceResource(string resource) =>
        IsWholeDeviceResource(resource) || resource is HamiMemory or HamiMemoryPercentage or HamiCores or HamiPriority;
}
