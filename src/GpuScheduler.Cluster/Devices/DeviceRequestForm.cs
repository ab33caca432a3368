namespace GpuScheduler.Cluster;

/// <summary>In what a pod asks for devices. Nobody but HAMi's device plugin knows its limits.</summary>
public enum DeviceRequestForm
{
    /// <summary>Annotations alone.</summary>
    Annotations,

    /// <summary>An extended resource that counts whole devices, whatever annotations say beside it.</summary>
    ExtendedResource,

    /// <summary><c>nvidia.com/gpu</c> with HAMi's limits of memory or cores.</summary>
    Hami,

    /// <summary>ResourceClaims, whole devices: only a DRA driver hands out what they are allocated.</summary>
    Claim,
}
