namespace GpuScheduler.Cluster;

/// <summary>In what a pod asks for devices. HAMi's device plugin hears only of containers that request <c>nvidia.com/gpu</c>, and nobody else knows its limits.</summary>
public enum DeviceRequestForm
{
    /// <summary>Annotations, or the resource of another vendor.</summary>
    Other,

    /// <summary><c>nvidia.com/gpu</c>, whole devices.</summary>
    NvidiaGpu,

    /// <summary><c>nvidia.com/gpu</c> with HAMi's limits of memory or cores.</summary>
    Hami,

    /// <summary>ResourceClaims, whole devices: only a DRA driver hands out what they are allocated.</summary>
    Claim,
}
